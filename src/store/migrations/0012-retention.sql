-- Retention leaves alone what a cluster let in: the worker may look which digests these are, and nothing else of them.
create policy engine on admitted_image for select to plimsoll_engine using (true);
grant select (org_id, digest) on admitted_image to plimsoll_engine;
