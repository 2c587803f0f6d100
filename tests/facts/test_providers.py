"""The data on mail providers: rows that can be used, and what they show."""

from __future__ import annotations

import re

import pytest

from deliverkit.facts import providers
from deliverkit.facts.providers import Provider
from deliverkit.records.given import selector_names

ROWS = providers.catalogue()


@pytest.mark.parametrize("row", ROWS, ids=lambda p: p.name)
def test_a_row(row: Provider) -> None:
    names = (*row.mx, *row.spf)
    assert names
    assert all(re.fullmatch(r"_?[a-z0-9-]+(\.[a-z0-9-]+)+", name) for name in names)
    assert selector_names(row.selectors) == row.selectors
    assert row.source
    assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", row.as_of)


def test_the_catalogue_as_a_whole() -> None:
    assert len({p.name for p in ROWS}) == len(ROWS) >= 40
    targets = [name for p in ROWS for name in p.spf]
    assert len(set(targets)) == len(targets)
    common = providers.common()
    assert selector_names(common) == common
    assert 25 <= len(common) <= 40


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("_spf.google.com", "Google Workspace"),
        ("SPF.Protection.Outlook.com.", "Microsoft 365"),
        ("u123.wl.sendgrid.net", "SendGrid"),
        ("1234567.spf05.hubspotemail.net", "HubSpot"),
        ("evil-sendgrid.net", ""),
        ("sendgrid.net.example.com", ""),
        ("google.com", ""),
        ("", ""),
    ],
)
def test_the_vendor_of_an_include(target: str, name: str) -> None:
    assert providers.vendor(target) == name


def test_what_mx_and_spf_show() -> None:
    shown = providers.shown(["ASPMX.l.google.com", "mail.example.com"], ["servers.mcsv.net", "example.net"])
    assert [p.name for p in shown] == ["Google Workspace", "Mailchimp"]
    assert providers.shown(["google.com.example.org"], []) == ()
