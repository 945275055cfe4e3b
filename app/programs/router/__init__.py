"""Routes of programs and their definitions."""

from app.programs.router import definition, programs, settings, stages, tiers, versions

ROUTERS = (
    programs.router,
    settings.router,
    tiers.router,
    stages.router,
    definition.router,
    versions.router,
)
