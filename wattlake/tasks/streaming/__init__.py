"""Streaming: messages of brokers go to the lake in batches, and what came of them goes out."""
