"""The demo feed: several invented days of posts with three planted campaigns, what is planted, and the score."""

from flocon.demo.campaigns import truth
from flocon.demo.feed import generate, write
from flocon.demo.model import DemoConfig, PlantedCampaign, PlantedPost
from flocon.demo.score import AlertSummary, Hit, Report, render, score

__all__ = [
    "AlertSummary",
    "DemoConfig",
    "Hit",
    "PlantedCampaign",
    "PlantedPost",
    "Report",
    "generate",
    "render",
    "score",
    "truth",
    "write",
]
