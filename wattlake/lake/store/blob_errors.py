"""The errors of Azure's library, which is imported only once something was raised."""


def blob_errors() -> tuple[type[Exception], ...]:
    """List the errors that reading and writing on Azure Blob gives."""
    from azure.core.exceptions import AzureError

    return (AzureError, RuntimeError)
