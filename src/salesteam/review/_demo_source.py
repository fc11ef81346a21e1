"""The source of the demonstration: a CRM in memory, filled from a seed."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from salesteam.crm import MemoryAdapter, MemoryConfig, MemoryCRM, Verified

__all__ = ["DemoAdapter", "DemoConfig"]


@attrs.frozen(kw_only=True)
class DemoConfig:
    """The settings of a `DemoAdapter`.

    Parameters
    ----------
    seed : int
        The same seed gives the same company.
    lang : {'en', 'zh'}, default 'en'
        Language in which its people and things are named.

    Examples
    --------
    >>> DemoConfig(seed=2026).seed
    2026
    """

    seed: int
    lang: Literal["en", "zh"] = "en"


class DemoAdapter(MemoryAdapter):
    """Reads the made-up technology company of the demonstration.

    It is built in, so that a playbook can be tried before any connector is installed.

    Examples
    --------
    >>> adapter = DemoAdapter(DemoConfig(seed=2026), source="demo")
    >>> adapter.name, adapter.check().ok
    ('demo', True)
    """

    name: ClassVar[str] = "demo"
    Config: ClassVar[type] = DemoConfig
    verified: ClassVar[Verified] = Verified(label="fake", against="data generated from a seed")

    def __init__(self, config: DemoConfig, *, source: str) -> None:
        from salesteam.review._demo_world import records

        super().__init__(
            MemoryConfig(server=MemoryCRM(source, records(config.seed, source, config.lang))), source=source
        )
