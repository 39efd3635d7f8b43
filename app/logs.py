"""How the service writes its log: to standard error, a line an event; JSON where nobody watches a terminal."""

import logging
import sys

import structlog


def configure_logs() -> None:
    """Set up structlog for the whole process."""
    # What the queue says of each job, the worker says too, and in our form.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    watched = sys.stderr.isatty()
    shown = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([shown] if watched else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
