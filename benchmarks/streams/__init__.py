"""The stream under load: a real Kafka, a sender, and ``wattlake stream``, each a process of its own."""
