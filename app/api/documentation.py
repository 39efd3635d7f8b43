"""`/docs`: every route, to read and to try out, with nothing fetched from anybody else.

The framework's own page takes Swagger UI from a content network, which would leave a machine without internet with an empty
page and tell strangers who reads the documentation. Here it comes from an installed package.
"""

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles


def document(app: FastAPI) -> None:
    """Serve the documentation of `app` at /docs, to which / leads."""
    app.mount("/docs/assets", StaticFiles(packages=[("fastapi_swagger", "resources")]), name="assets")

    @app.get("/docs", include_in_schema=False)
    async def show() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title=app.title,
            swagger_js_url="docs/assets/swagger-ui-bundle.js",
            swagger_css_url="docs/assets/swagger-ui.css",
            swagger_favicon_url="docs/assets/favicon-32x32.png",
            swagger_ui_parameters={"tryItOutEnabled": True, "displayRequestDuration": True, "filter": True},
        )

    @app.get("/", include_in_schema=False)
    async def lead_there() -> RedirectResponse:
        return RedirectResponse("docs")
