"""`careerhub preview`: look at the build."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from careerhub.cli.context import Context


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 takes a free one."
)
def command(host: str, port: int) -> None:
    """Serve the build folder with the same addresses as the published site, until Ctrl-C.

    Example: careerhub preview --port 8080
    """
    from careerhub.local.preview import make_preview

    settings = Context().settings
    base = urlsplit(settings.site_url).path.rstrip("/")
    with make_preview(settings.build_dir / "site", host=host, port=port, base=base) as server:
        click.echo(
            f"Serving {settings.build_dir / 'site'} at http://{host}:{server.server_address[1]}{base}/ (Ctrl-C stops it)"
        )
        server.serve_forever()
