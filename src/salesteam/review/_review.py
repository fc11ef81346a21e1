"""What a review finds: one value, with its sections, tables and explanations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import attrs

from salesteam.core import Explanation, Grid, Period, Report, say
from salesteam.errors import NotFoundError
from salesteam.review._desk import Desk
from salesteam.review._duties import Duties
from salesteam.review._facts import Facts
from salesteam.review._inquiry import Inquiry
from salesteam.review._pay import Earnings
from salesteam.review._playbook import Playbook
from salesteam.review._quality import Quality
from salesteam.review._section import Detail, Section
from salesteam.review._standing import Standing

__all__ = ["Review"]


@attrs.frozen(kw_only=True)
class Review:
    """The closed loop, walked once; made by `walk`.

    Parameters
    ----------
    playbook : Playbook
        What the team supplied.
    facts : Facts
        What its sources hold.
    as_of : date
        Looked at from the end of this day.
    period : Period
        What was reviewed.
    quality, standing, duties, desk, earnings, inquiry
        The parts; None where the playbook lacks what they need.
    report : Report
        All findings of all parts.

    Examples
    --------
    >>> from salesteam import review
    >>> found = review.demo()
    >>> found.period.name, found.standing is not None
    ('2026-Q3', True)
    """

    playbook: Playbook
    facts: Facts
    as_of: date
    period: Period
    quality: Quality | None
    standing: Standing | None
    duties: Duties | None
    desk: Desk | None
    earnings: Earnings | None
    inquiry: Inquiry | None
    report: Report

    def title(self, lang: str = "en") -> str:
        """The heading of the page.

        Examples
        --------
        >>> from salesteam import review
        >>> review.demo().title("zh").endswith("销售复盘")
        True
        """
        name = self.playbook.header.name
        return say(lang, en=f"{name}: sales review", zh=f"{name}：销售复盘")

    def subtitle(self, lang: str = "en") -> str:
        """Period, day, currency and zone in one line.

        Examples
        --------
        >>> from salesteam import review
        >>> review.demo().subtitle()
        '2026-Q3, as of 2026-09-30, CNY, Asia/Shanghai'
        """
        header = self.playbook.header
        return say(
            lang,
            en=f"{self.period.name}, as of {self.as_of}, {header.currency}, {header.zone}",
            zh=f"{self.period.name}，截至 {self.as_of}，{header.currency}，{header.zone}",
        )

    def footer(self, lang: str = "en") -> str:
        """What the page was made with.

        Examples
        --------
        >>> from salesteam import review
        >>> review.demo().footer().startswith("salesteam ")
        True
        """
        import salesteam

        return say(
            lang,
            en=f"salesteam {salesteam.__version__}. Underlined numbers lead to their explanation.",
            zh=f"salesteam {salesteam.__version__}。带下划线的数字可跳转到它的解释。",
        )

    def sections(self, lang: str = "en") -> tuple[Section, ...]:
        """Everything there is to show, part by part.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        tuple of Section
            In the order of the walk; parts that the playbook lacks are left out.

        Examples
        --------
        >>> from salesteam import review
        >>> [section.key for section in review.demo().sections()]
        ['summary', 'reading', 'quality', 'goals', 'raci', 'leads', 'incentives', 'whys', 'findings']
        """
        from salesteam.review._sections import sections

        return sections(self, lang)

    def explain(self, key: str, lang: str = "en") -> Explanation | Grid:
        """The explanation that a number of the page links to.

        Parameters
        ----------
        key : str
            The anchor of the explanation, such as ``"share-li"``.
        lang : {'en', 'zh'}, default 'en'
            Language.

        Returns
        -------
        Explanation or Grid
            As on the page.

        Raises
        ------
        NotFoundError
            If no number has that key; the message names the nearest.

        Examples
        --------
        >>> from salesteam import review
        >>> print(review.demo().explain("metric-task_completion").text().splitlines()[0])
        Cross-department task completion ...
        """
        details = {
            block.key: block.body
            for section in self.sections(lang)
            for block in section.blocks
            if isinstance(block, Detail)
        }
        if key not in details:
            raise NotFoundError("explanation", key, details, where="the review")
        return details[key]

    def tables(self) -> Mapping[str, Any]:
        """Every result as a tidy table.

        Returns
        -------
        mapping of str to pandas.DataFrame
            By name, such as ``"payouts"``.

        Examples
        --------
        >>> from salesteam import review
        >>> "payouts" in review.demo().tables()
        True
        """
        from salesteam.review._tables import tables

        return tables(self)

    def to_frame(self) -> Any:
        """The findings as a table; see `tables` for the rest.

        Examples
        --------
        >>> from salesteam import review
        >>> "code" in review.demo().to_frame().columns
        True
        """
        return self.report.to_frame()

    def to_json(self, lang: str = "en") -> str:
        """The whole review as JSON: what was looked at, and every table but the single lines of pay.

        Examples
        --------
        >>> import json
        >>> from salesteam import review
        >>> json.loads(review.demo().to_json())["period"]
        '2026-Q3'
        """
        from salesteam.review._tables import as_json

        return as_json(self, lang)

    def text(self, lang: str = "en", width: int = 80) -> str:
        """The review for a terminal, without the explanations.

        Parameters
        ----------
        lang : {'en', 'zh'}, default 'en'
            Language.
        width : int, default 80
            Columns.

        Returns
        -------
        str
            Sections one after the other.

        Examples
        --------
        >>> from salesteam import review
        >>> "2026-Q3" in review.demo().text()
        True
        """
        from salesteam.review._sections import text

        return text(self, lang, width)

    def _repr_html_(self) -> str:
        shown = (
            f"<h3>{section.title}</h3>" + "".join(block.html() for block in section.blocks if isinstance(block, Grid))
            for section in self.sections()
        )
        return f"<h2>{self.title()}</h2>" + "".join(shown)
