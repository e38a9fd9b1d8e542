/** Builds the two packages of the rpm sample and enters them into a database. Needs rpm and rpmbuild (Debian: rpm). */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const spec = `Name: sample-tool
Epoch: 1
Version: 2.0~rc1
Release: 3.el9
Summary: A tool of the sample
License: GPLv2+ and MIT
Vendor: Sample Project
ModularityLabel: sample:2:8080020230718:63b34585
Requires: sample-libs >= 2, /usr/share/sample/data
Requires: (sample-libs or other-libs)
%description
A tool.
%package -n sample-libs
Summary: Libraries of the sample
License: MIT
BuildArch: noarch
%description -n sample-libs
Libraries.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/etc/sample %{buildroot}/usr/share/sample %{buildroot}/var/lib/sample
echo tool > %{buildroot}/usr/bin/sample-tool
ln -s sample-tool %{buildroot}/usr/bin/sample
echo setting > %{buildroot}/etc/sample/sample.conf
echo data > %{buildroot}/usr/share/sample/data
touch %{buildroot}/var/lib/sample/state
%files
/usr/bin/sample-tool
/usr/bin/sample
%config(noreplace) /etc/sample/sample.conf
%dir /var/lib/sample
%ghost /var/lib/sample/state
%files -n sample-libs
/usr/share/sample
`;

/** Makes `<folder>/db/rpmdb.sqlite` and gives its folder. `folder` is empty and on a disk. */
export function makeRpmDatabase(folder: string): string {
  writeFileSync(join(folder, "sample.spec"), spec);
  const top = join(folder, "top");
  const defines = [`_topdir ${top}`, "_buildhost sample", "use_source_date_epoch_as_buildtime 1"];
  execFileSync(
    "rpmbuild",
    ["-bb", ...defines.flatMap((define) => ["--define", define]), join(folder, "sample.spec")],
    { stdio: "ignore", env: { ...process.env, SOURCE_DATE_EPOCH: "1700000000" } },
  );
  const packages = readdirSync(join(top, "RPMS"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".rpm"))
    .map((name) => join(top, "RPMS", name));
  const database = join(folder, "db");
  mkdirSync(database);
  // The packages are only entered: nothing is unpacked, and no script runs.
  execFileSync("rpm", ["--dbpath", database, "--nodeps", "--justdb", "-i", ...packages], { stdio: "ignore" });
  return database;
}
