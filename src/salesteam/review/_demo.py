"""The demonstration: a made-up technology company, reviewed."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from salesteam.core import say
from salesteam.crm import pull
from salesteam.review._facts import connect, gather
from salesteam.review._load import BUILT_IN, load
from salesteam.review._playbook import Playbook
from salesteam.review._review import Review
from salesteam.review._walk import walk

__all__ = ["demo", "demo_folder", "demo_playbook"]


def demo_folder(lang: str = "en") -> Path:
    """Where the playbook of the demonstration is installed.

    Parameters
    ----------
    lang : {'en', 'zh'}, default 'en'
        Language in which it is written; the figures are the same in both.

    Returns
    -------
    Path
        A folder that `load` reads.

    Examples
    --------
    >>> (demo_folder("zh") / "playbook.yaml").is_file()
    True
    """
    name = say(lang, en="en", zh="zh")
    return Path(str(resources.files("salesteam.review") / "demo" / name))


def demo_playbook(lang: str = "en") -> Playbook:
    """The playbook of the demonstration.

    Parameters
    ----------
    lang : {'en', 'zh'}, default 'en'
        Language in which it is written.

    Returns
    -------
    Playbook
        Of a technology company with a target of 50,000,000 yuan a year and three squads.

    Examples
    --------
    >>> demo_playbook().header.currency
    'CNY'
    """
    return load(demo_folder(lang))


def demo(lang: str = "en") -> Review:
    """Review the demonstration.

    Parameters
    ----------
    lang : {'en', 'zh'}, default 'en'
        Language of the playbook, and of the statements written into why trees that open.

    Returns
    -------
    Review
        The same at every call.

    Examples
    --------
    >>> demo().report.ok
    True
    """
    playbook = demo_playbook(lang)
    records = pull(connect(playbook, BUILT_IN))
    return walk(playbook, gather(playbook, records), lang=lang)
