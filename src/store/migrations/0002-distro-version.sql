-- VERSION_ID of the image's distribution: with its id it tells how long it gets security fixes. Null: it has none, or the image was
-- analysed before this column was there.
alter table image add column distro_version text;
