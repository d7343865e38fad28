#!/usr/bin/env python3
"""Makes the library's table of hosts, and vectors for it, from botocore's models.

    pip install -r test-vectors/endpoints/requirements.txt
    python3 test-vectors/endpoints/make.py          # writes the files below
    python3 test-vectors/endpoints/make.py --check  # writes nothing, exit 1 if they differ

src/endpoint/partitions.txt          one line a domain: DOMAIN PREFIX|PREFIX GLOBAL-REGION.
                                     Regions of the partition are PREFIX-word-number.
src/endpoint/services.txt            one line a service: HEAD [NAME [REGION...]], sorted.
                                     HEAD is what stands before the region, NAME the signing
                                     name where it is another, REGION the signing region
                                     where it is not the host's. `@HEAD`: a host without a
                                     region; signed for the REGION of its domain's partition.
test-vectors/endpoints/partitions.tsv  host, signing name/region: FIPS, GovCloud, China, the
                                     EU's and the isolated partitions, as the models say.

botocore is Apache-2.0; what is taken are names and regions.
Models' hosts come from evaluating the endpoint rule sets, with every region of every
partition, FIPS and dual-stack; from `endpoints.json`, which knows some hosts more; and from
the host prefixes of single operations. Services that sign otherwise (Signature Version 2,
bearer tokens) are left out: src/endpoint/resources.txt says so.
"""
import collections
import itertools
import pathlib
import sys

import botocore
import botocore.session
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = "1.44.8"
SIGV4A_ONLY = {"cloudfront-keyvaluestore"}
# Keys of endpoints.json that have no model of their name.
WITHOUT_MODEL = {
    "docdb": "rds",
    "neptune": "rds",
    "mobileanalytics": "mobileanalytics",
    "transcribestreaming": "transcribe",
}


def main():
    if botocore.__version__ != VERSION:
        sys.exit(f"botocore {VERSION} is needed, this is {botocore.__version__}")
    models = Models()
    files = {
        "src/endpoint/partitions.txt": models.partition_table(),
        "src/endpoint/services.txt": models.service_table(),
        "test-vectors/endpoints/partitions.tsv": models.vectors(),
    }
    different = [
        name
        for name, text in files.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text() != text
    ]
    if "--check" in sys.argv[1:]:
        sys.exit(f"differ: {different}" if different else 0)
    for name, text in files.items():
        (ROOT / name).write_text(text)
        print(name, len(text), "bytes,", text.count("\n"), "lines")


class Models:
    def __init__(self):
        self.loader = botocore.session.get_session().get_component("data_loader")
        self.partitions = self.loader.load_data("partitions")
        self.domains = {}  # domain -> partitions
        for part in self.partitions["partitions"]:
            for key in ("dnsSuffix", "dualStackDnsSuffix"):
                self.domains.setdefault(part["outputs"][key], []).append(part)
        self.endpoints = {
            part["partition"]: part for part in self.loader.load_data("endpoints")["partitions"]
        }
        self.region_of = {
            region: part for part in self.partitions["partitions"] for region in part["regions"]
        }
        # host -> {(name, region)}, and of which partition and kind of endpoint it is
        self.hosts = collections.defaultdict(set)
        self.kinds = collections.defaultdict(set)
        self.read()

    def read(self):
        signing = collections.defaultdict(set)
        for service in self.loader.list_available_services("service-2"):
            model = self.loader.load_service_model(service, "service-2")
            metadata = model["metadata"]
            schemes = metadata.get("auth", [])
            if not metadata.get("signatureVersion", "").startswith(("v4", "s3")) or (
                schemes and not any("sigv4" in scheme for scheme in schemes)
            ):
                continue
            name = metadata.get("signingName") or metadata["endpointPrefix"]
            signing[metadata["endpointPrefix"]].add(name)
            if service not in SIGV4A_ONLY:
                # What botocore's older way makes of it where endpoints.json has no service.
                for region in ("us-east-1", "eu-west-1"):
                    host = f"{metadata['endpointPrefix']}.{region}.amazonaws.com"
                    self.hosts.setdefault(host, {(name, region)})
            self.read_rules(service, model, name)
        self.read_endpoints(signing)

    def read_rules(self, service, model, name):
        rules = self.loader.load_service_model(service, "endpoint-rule-set-1")
        provider = EndpointProvider(rules, self.partitions)
        known = rules["parameters"]
        # What single operations ask for, as acm and neptune-graph do.
        asked = {()}
        prefixes = {""}
        for operation in model["operations"].values():
            static = operation.get("staticContextParams", {})
            asked.add(tuple(sorted((key, value["value"]) for key, value in static.items()
                                   if isinstance(value["value"], (str, bool)))))
            prefix = operation.get("endpoint", {}).get("hostPrefix", "")
            if "{" not in prefix:
                prefixes.add(prefix)
        prefix_key = model["metadata"]["endpointPrefix"]
        for region, parameters in itertools.product(self.region_of, asked):
            part = self.region_of[region]
            for fips, dual in itertools.product((False, True), repeat=2):
                if (fips and "UseFIPS" not in known) or (dual and "UseDualStack" not in known):
                    continue
                given = {"Region": region, **dict(parameters)}
                if "UseFIPS" in known:
                    given["UseFIPS"] = fips
                if "UseDualStack" in known:
                    given["UseDualStack"] = dual
                try:
                    endpoint = provider.resolve_endpoint(**given)
                except EndpointProviderError:
                    continue
                host = endpoint.url.removeprefix("https://").split("/")[0]
                scheme = self.scheme(endpoint.properties.get("authSchemes"))
                if scheme is None:
                    continue  # SigV4A only
                signed = (
                    scheme.get("signingName", name),
                    self.real_region(scheme.get("signingRegion", region)),
                )
                listed = region in self.listed(part["id"], prefix_key)
                for prefix in prefixes:
                    self.hosts[prefix + host].add(signed)
                    self.kinds[prefix + host].add((part["id"], fips, dual, listed))

    @staticmethod
    def scheme(schemes):
        for scheme in schemes or [{}]:
            if scheme.get("name", "sigv4") == "sigv4":
                return scheme
        return None

    def read_endpoints(self, signing):
        """Hosts of endpoints.json; names such as `us-east-1-fips` for regions are left out."""
        for part in self.endpoints.values():
            for key, service in part["services"].items():
                names = {WITHOUT_MODEL[key]} if key in WITHOUT_MODEL else signing.get(key, set())
                for region, endpoint in service.get("endpoints", {}).items():
                    if region not in self.region_of:
                        continue
                    merged = {**part["defaults"], **service.get("defaults", {}), **endpoint}
                    variants = (endpoint.get("variants") or service.get("defaults", {}).get("variants", []))
                    for variant in [{}] + variants:
                        hostname = variant.get("hostname", merged["hostname"])
                        suffix = variant.get("dnsSuffix", part["dnsSuffix"])
                        host = hostname.format(service=key, region=region, dnsSuffix=suffix)
                        scope = merged.get("credentialScope", {})
                        of_scope = {scope["service"]} if names and "service" in scope else names
                        for name in of_scope:
                            if host not in self.hosts:
                                signed = (name, self.real_region(scope.get("region", region)))
                                self.hosts[host].add(signed)

    def listed(self, part, key):
        return self.endpoints.get(part, {}).get("services", {}).get(key, {}).get("endpoints", {})

    def real_region(self, region):
        """`aws-global` and the like are signed for the region that stands for the partition."""
        if region.endswith("-global"):
            return self.region_of[region]["outputs"]["implicitGlobalRegion"]
        return region

    def split(self, host):
        """Labels before the domain, and the domain."""
        for domain in sorted(self.domains, key=len, reverse=True):
            if host.endswith("." + domain):
                return host.removesuffix("." + domain).split("."), domain
        return None, None

    def is_region(self, label, domain):
        parts = self.domains[domain]
        return any(label in part["regions"] for part in parts)

    def partition_table(self):
        lines = []
        for domain in self.domains:
            for part in self.domains[domain]:
                prefixes = (
                    part["regionRegex"].removeprefix("^").removesuffix(r"\-\w+\-\d+$")
                    .replace("(", "").replace(")", "").replace("\\-", "-")
                )
                default = part["outputs"]["implicitGlobalRegion"]
                lines.append(f"{domain} {prefixes} {default}\n")
        # The longest domain first; of partitions that share one, the larger.
        order = sorted(lines, key=lambda line: (-len(line.split()[0]), line.split()[0], -len(line)))
        return "".join(order)

    def service_table(self):
        heads = collections.defaultdict(lambda: collections.defaultdict(set))
        for host, signed in self.hosts.items():
            labels, domain = self.split(host)
            if labels is None:
                continue
            regions = [label for label in labels if self.is_region(label, domain)]
            region = regions[-1] if regions else None
            if region and labels[-1] != region and labels[-1] != "us-gov":
                continue  # `REGION.name`: a pattern of resources.txt
            if not region and any(
                label.endswith(other) for label in labels for other in self.region_of
            ):
                continue  # a region of another partition: there is no such host
            head = head_of([label for label in labels if label != region])
            for name, signing_region in signed:
                where = self.real_region(region) if region else None
                heads[("" if region else "@") + head][name].add((where, signing_region, domain))
        lines = []
        for head, names in heads.items():
            line = self.line(head, names)
            if line:
                lines.append(line)
        return "".join(sorted(lines))

    def line(self, head, names):
        # A partition's rules for services that it lacks are generic; its own name is a guess.
        if len(names) > 1:
            first = [name for name in names
                     if any(domain == "amazonaws.com" for _, _, domain in names[name])]
            names = {name: names[name] for name in first}
        if len(names) != 1:
            # What is called decides.
            by_hand = (ROOT / "src/endpoint/resources.txt").read_text()
            if f"\n{head}.{{region}} " not in by_hand:
                sys.exit(f"{head}: several names, {sorted(names)}, and no line in resources.txt")
            return None
        (name, found), = names.items()
        bare = head.removeprefix("@")
        fixed = set()
        if head.startswith("@"):
            fixed = {region for _, region, domain in found if self.is_region(region, domain)}
        else:
            moved = {region for where, region, _ in found if where != region}
            stayed = {(where, region) for where, region, _ in found if where == region}
            if moved and len({where for where, _ in stayed}) <= 1:
                fixed = moved
        columns = [head]
        if fixed or name != bare:
            columns.append(name)
        return " ".join(columns + sorted(fixed)) + "\n"

    def vectors(self):
        wanted = {
            ("aws", "us-east-1", True, False), ("aws", "us-east-1", True, True),
            ("aws-us-gov", "us-gov-west-1", False, False), ("aws-us-gov", "us-gov-west-1", True, False),
            ("aws-us-gov", "us-gov-east-1", False, True), ("aws-cn", "cn-north-1", False, False),
            ("aws-cn", "cn-northwest-1", False, True), ("aws-eusc", "eusc-de-east-1", False, False),
            ("aws-eusc", "eusc-de-east-1", False, True), ("aws-iso", "us-iso-east-1", False, False),
            ("aws-iso-b", "us-isob-east-1", False, False), ("aws-iso-e", "eu-isoe-west-1", False, False),
            ("aws-iso-f", "us-isof-south-1", False, False),
        }
        rows = []
        for host, signed in self.hosts.items():
            labels, domain = self.split(host)
            if labels is None:
                continue
            for name, region in signed:
                part = self.region_of.get(region, {}).get("id")
                kinds = {(p, region, fips, dual) for p, fips, dual, listed in self.kinds[host]
                         if p == part and listed}
                if kinds & wanted:
                    rows.append((host, name, region))
        text = (f"# host, signing name/signing region, as the models of botocore {VERSION} (Apache-2.0)"
                " say; made by make.py\n")
        return text + "".join(f"{host}\t{name}/{region}\n" for host, name, region in sorted(set(rows)))


def head_of(labels):
    """Without what says FIPS or dual-stack."""
    labels = [label.removesuffix("-fips") for label in labels if label != "dualstack"]
    if len(labels) > 1 and labels[0] == "fips":
        labels = labels[1:]
    return ".".join(labels)


if __name__ == "__main__":
    main()
