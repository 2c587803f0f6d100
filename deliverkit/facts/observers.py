"""Fact type -> the one function that observes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from deliverkit.facts import (
    alignment,
    bimi,
    dane,
    dkim_set,
    dmarc,
    dmarc_reports,
    dnsbl,
    host,
    otherwise,
    sender,
    spf,
    spf_budget,
    spf_parts,
    starttls,
    transport,
    values,
)
from deliverkit.facts.values import Seen
from deliverkit.model.subject import Subject
from deliverkit.resolver import Resolver

Observer = Callable[[Subject, Resolver], Awaitable[Seen[Any]]]

OBSERVERS: dict[type, Observer] = {
    values.SendingIp: host.sending_ips,
    values.Helo: host.helo,
    values.HeloHost: host.helo_host,
    values.HeloMatch: host.helo_match,
    values.ReverseNames: host.reverse_names,
    values.ForwardConfirmed: host.forward_confirmed,
    values.HostIdentity: host.host_identity,
    values.IpListing: dnsbl.ip_listings,
    values.DomainListing: dnsbl.domain_listings,
    values.SenderName: sender.sender_names,
    values.SenderDomain: sender.sender_domains,
    values.MxHost: sender.mx_hosts,
    values.SenderSoa: sender.sender_soas,
    values.SpfRecords: otherwise.spf_records,
    values.SpfText: spf.spf_text,
    values.SpfSoundText: spf_parts.spf_sound_text,
    values.SpfOpenTerms: spf_parts.spf_open_terms,
    values.SpfStrings: spf_parts.spf_strings,
    values.SpfExplanation: spf_parts.spf_explanation,
    values.SpfTree: spf.spf_tree,
    values.SpfReferences: spf_parts.spf_references,
    values.SpfHeadRoom: spf_parts.spf_head_room,
    values.SpfIdleIncludes: spf_budget.spf_idle_includes,
    values.SpfLength: spf_parts.spf_length,
    values.SpfMailHosts: spf_parts.spf_mail_hosts,
    values.SpfDeadTerms: spf_parts.spf_dead_terms,
    values.SpfVerdict: otherwise.spf_verdicts,
    values.SpfOpinion: spf.spf_opinions,
    values.SpfHelo: spf_parts.spf_helo,
    values.DkimSelector: otherwise.dkim_selectors,
    values.DkimKey: otherwise.dkim_keys,
    values.DkimWildcard: dkim_set.wildcards,
    values.DkimAlgorithms: dkim_set.algorithms,
    values.DkimPublicKeys: dkim_set.public_keys,
    values.DmarcRecords: dmarc.dmarc_records,
    values.DmarcSearch: dmarc.dmarc_search,
    values.DmarcText: dmarc.dmarc_text,
    values.DmarcPolicy: dmarc.dmarc_policy,
    values.DmarcOrgRecord: dmarc.dmarc_org_record,
    values.DmarcLegacy: dmarc.dmarc_legacy,
    values.Alignment: alignment.alignment,
    values.DmarcForecast: alignment.dmarc_forecasts,
    values.DmarcFooting: alignment.dmarc_footings,
    values.DmarcProof: alignment.dmarc_proof,
    values.StrictAlignment: alignment.strict_alignment,
    values.PsdClaim: alignment.psd_claim,
    values.FaultyParent: alignment.faulty_parent,
    values.ReportHost: dmarc_reports.report_hosts,
    values.ReportConsent: dmarc_reports.report_consents,
    values.MtaStsRecords: transport.mta_sts_records,
    values.MtaStsFetch: transport.mta_sts_fetch,
    values.MtaStsText: transport.mta_sts_text,
    values.MtaStsPolicy: transport.mta_sts_policy,
    values.TlsRptRecords: transport.tls_rpt_records,
    values.TlsRptNeed: transport.tls_rpt_need,
    values.DaneHost: dane.dane_hosts,
    values.DaneMatch: dane.dane_matches,
    values.StarttlsHost: starttls.starttls_hosts,
    values.BimiRecords: bimi.bimi_records,
    values.BimiPolicy: bimi.bimi_policy,
    values.BimiImage: bimi.bimi_image,
    values.BimiCertificate: bimi.bimi_certificate,
}

OF_KEYS = frozenset({values.DkimSelector, values.DkimKey, values.DkimPublicKeys})
"""Those that look at guessed selectors too."""
