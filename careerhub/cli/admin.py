"""`careerhub admin`: where people keep their career, in a browser."""

from __future__ import annotations

import logging
import sys

import click

from careerhub.cli.context import Context


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8100, show_default=True, help="Port; 0 takes a free one."
)
def command(host: str, port: int) -> None:
    """Serve the admin until Ctrl-C: people sign up, keep their profile and CVs, and say who may see them.

    Without CAREERHUB_ADMIN_URL it is http://HOST:PORT, which is for this machine alone: passwords travel to other
    machines over https only, so put a server with TLS in front and set CAREERHUB_ADMIN_URL to its address. Mails go to
    CAREERHUB_SMTP_URL, or without one to a folder that is named here. stderr gets JSON lines of what concerns security.

    Example: careerhub admin --port 8100
    """
    from careerhub.admin.parts import Parts, check_admin_url
    from careerhub.admin.serving import CONNECTIONS, listen, serve
    from careerhub.db.engine import make_engine
    from careerhub.resources import shipped

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    context = Context()
    settings = context.settings
    if settings.admin_url:
        check_admin_url(settings.admin_url)
    listening = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    parts = Parts(
        engine=make_engine(context.database_url("careerhub_app"), "careerhub_app", pool_size=CONNECTIONS),
        contact_keys=context.contact_keys(),
        secret_key=context.secret_key(),
        admin_url=(settings.admin_url or f"http://{shown}:{listening.getsockname()[1]}").rstrip("/"),
        site_url=settings.site_url,
        templates=shipped("site_templates"),
        cache=context.cache,
        mail_folder=settings.home / "mail",
        smtp_url=settings.smtp_url,
        mail_from=settings.mail_from,
        trusted_proxies=settings.trusted_proxies,
    )
    click.echo(f"The admin is at {parts.admin_url}/ (Ctrl-C stops it)")
    if not settings.smtp_url:
        click.echo(f"There is no CAREERHUB_SMTP_URL: mails are written to {parts.mail_folder}")
    serve(parts, listening)
