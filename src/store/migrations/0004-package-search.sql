-- Packages are listed and searched by name over all ecosystems.
create index package_bare_name on package (name, id);
