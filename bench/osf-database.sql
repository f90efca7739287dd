-- Fills the tables of test/support/osf-schema.sql with bench.users, bench.nodes and bench.files rows. The distribution is
-- unequal, like that of the OSF: many users have nothing, some institutions and projects have a lot. The data are the same
-- in every run, except that the dates end at the current time.

CREATE FUNCTION pg_temp.users() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT current_setting('bench.users')::integer $$;
CREATE FUNCTION pg_temp.nodes() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT current_setting('bench.nodes')::integer $$;
CREATE FUNCTION pg_temp.files() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT current_setting('bench.files')::integer $$;
CREATE FUNCTION pg_temp.preprints() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT pg_temp.nodes() / 10 $$;
CREATE FUNCTION pg_temp.logs() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT pg_temp.nodes() * 5 $$;

-- A pseudo-random number from 0 to 1 for a row and a purpose.
CREATE FUNCTION pg_temp.draw(id integer, purpose integer) RETURNS double precision LANGUAGE sql IMMUTABLE AS
  $$ SELECT (hashint4extended(id, purpose) & 1048575) / 1048576.0::double precision $$;
-- A number from 1 to `many`, low numbers more often.
CREATE FUNCTION pg_temp.pick(id integer, purpose integer, many integer) RETURNS integer LANGUAGE sql IMMUTABLE AS
  $$ SELECT 1 + floor(pg_temp.draw(id, purpose) ^ 3 * many)::integer $$;
-- An instant in the last ten years; 1 is now.
CREATE FUNCTION pg_temp.moment(share double precision) RETURNS timestamptz LANGUAGE sql STABLE AS
  $$ SELECT now() - (1 - share) * interval '3650 days' $$;
CREATE FUNCTION pg_temp.key(id integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lpad(to_hex(id), 24, '0') $$;
CREATE FUNCTION pg_temp.content_type(name text) RETURNS integer LANGUAGE sql STABLE AS
  $$ SELECT id FROM django_content_type WHERE model = name $$;
-- 2 is spam, 1 is flagged, 4 is ham.
CREATE FUNCTION pg_temp.spam_status(id integer) RETURNS integer LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE WHEN pg_temp.draw(id, 1) < 0.04 THEN 2 WHEN pg_temp.draw(id, 1) < 0.05 THEN 1
       WHEN pg_temp.draw(id, 1) < 0.07 THEN 4 END $$;
CREATE FUNCTION pg_temp.spam_data(id integer) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
  $$ SELECT CASE WHEN pg_temp.spam_status(id) IS NULL THEN '{}'
       ELSE jsonb_build_object('who_flagged', (ARRAY['akismet', 'oopspam', 'both'])[1 + id % 3]) END $$;

INSERT INTO osf_institution (id, _id, name, created, is_deleted)
SELECT id, 'inst' || id, 'Institution ' || id, pg_temp.moment(id / 200.0), false FROM generate_series(1, 100) id;

INSERT INTO osf_abstractprovider (id, _id, type, name, created)
SELECT id, CASE id WHEN 1 THEN 'osf' WHEN 11 THEN 'osf' ELSE 'provider' || id END,
  CASE WHEN id <= 10 THEN 'osf.registrationprovider' ELSE 'osf.preprintprovider' END, 'Provider ' || id, pg_temp.moment(0)
FROM generate_series(1, 30) id;

INSERT INTO osf_osfuser (id, username, fullname, created, date_registered, date_confirmed, date_last_login, date_disabled,
  deleted, merged_by_id, is_registered, is_active, spam_status, external_identity)
SELECT id, 'user' || id || '@example' || pg_temp.pick(id, 2, 500) || '.org',
  CASE WHEN is_deleted THEN 'Deleted user' ELSE 'User ' || id END, made, made,
  CASE WHEN is_confirmed THEN made + interval '1 hour' END,
  CASE WHEN is_confirmed THEN made + pg_temp.draw(id, 3) * (now() - made) END,
  CASE WHEN is_disabled THEN made + 0.5 * (now() - made) END,
  CASE WHEN is_deleted THEN made + 0.5 * (now() - made) END,
  CASE WHEN is_merged THEN id - 1 END, is_confirmed, is_confirmed AND NOT is_disabled AND NOT is_merged,
  pg_temp.spam_status(id),
  CASE WHEN id % 5 = 0 THEN jsonb_build_object('ORCID', jsonb_build_object('0000-0000-0000-' || id, 'VERIFIED'))
    ELSE '{}' END
FROM generate_series(1, pg_temp.users()) id,
  LATERAL (SELECT pg_temp.moment(id::double precision / pg_temp.users()) AS made, pg_temp.draw(id, 4) < 0.9 AS is_confirmed,
    pg_temp.draw(id, 5) < 0.03 AS is_disabled, pg_temp.draw(id, 5) < 0.005 AS is_deleted,
    id > 1 AND pg_temp.draw(id, 6) < 0.01 AS is_merged) AS traits;

INSERT INTO osf_institutionaffiliation (id, created, user_id, institution_id, sso_department)
SELECT id, created, id, pg_temp.pick(id, 7, 100), CASE WHEN id % 5 > 0 THEN 'Department ' || id % 40 END
FROM osf_osfuser WHERE pg_temp.draw(id, 8) < 0.4;

INSERT INTO osf_embargo (id, _id, created, end_date, state)
SELECT id, pg_temp.key(id), pg_temp.moment(id::double precision / pg_temp.nodes()),
  pg_temp.moment(id::double precision / pg_temp.nodes()) + interval '4 years', 'completed'
FROM generate_series(1, pg_temp.nodes()) id WHERE id % 20 = 1;

INSERT INTO osf_retraction (id, _id, created, date_retracted, state)
SELECT id, pg_temp.key(id), moment, moment, 'approved'
FROM generate_series(1, pg_temp.nodes()) id,
  LATERAL (SELECT pg_temp.moment(0.5 + id / 2.0::double precision / pg_temp.nodes()) AS moment) AS made
WHERE id % 200 = 1;

-- Trees of four nodes: a root, two components, and a component of the second one. Three of ten trees are registrations.
INSERT INTO osf_abstractnode (id, type, title, category, created, is_public, is_deleted, deleted, spam_status, spam_data,
  creator_id, root_id, registered_from_id, registered_date, embargo_id, retraction_id, provider_id, moderation_state)
SELECT id, CASE WHEN is_registration THEN 'osf.registration' ELSE 'osf.node' END, 'Node ' || id, 'project', made,
  pg_temp.draw(tree, 9) < 0.4, is_deleted, CASE WHEN is_deleted THEN made + 0.5 * (now() - made) END,
  pg_temp.spam_status(tree), pg_temp.spam_data(tree), pg_temp.pick(tree, 10, pg_temp.users()), root,
  CASE WHEN is_registration AND id > 40 THEN id - 20 END, CASE WHEN is_registration THEN made END,
  CASE WHEN is_registration AND id % 20 = 1 THEN id END, CASE WHEN is_registration AND id % 200 = 1 THEN id END,
  CASE WHEN is_registration THEN 1 + tree % 10 END, CASE WHEN is_registration THEN 'accepted' ELSE '' END
FROM generate_series(1, pg_temp.nodes()) id,
  LATERAL (SELECT (id - 1) / 4 AS tree, (id - 1) / 4 * 4 + 1 AS root) AS place,
  LATERAL (SELECT pg_temp.moment(id::double precision / pg_temp.nodes()) AS made, tree % 10 IN (0, 5, 8) AS is_registration,
    pg_temp.draw(id, 11) < 0.05 AS is_deleted) AS traits;

INSERT INTO osf_noderelation (id, _id, created, parent_id, child_id, is_node_link)
SELECT id, pg_temp.key(id), created, CASE WHEN id - root_id = 3 THEN id - 1 ELSE root_id END, id, false
FROM osf_abstractnode WHERE id <> root_id
UNION ALL
SELECT pg_temp.nodes() + id, pg_temp.key(pg_temp.nodes() + id), created, id, 1, true
FROM osf_abstractnode WHERE id > 4 AND id % 50 = 0;

INSERT INTO osf_contributor (visible, is_curator, node_id, user_id, _order)
SELECT true, false, id, (creator_id - 1 + place * 7) % pg_temp.users() + 1, place
FROM osf_abstractnode, generate_series(0, 2) place WHERE place <= pg_temp.draw(id, 12) * 2.5;

INSERT INTO osf_abstractnode_affiliated_institutions (abstractnode_id, institution_id)
SELECT node.id, affiliation.institution_id
FROM osf_abstractnode node JOIN osf_institutionaffiliation affiliation ON affiliation.user_id = node.creator_id
WHERE pg_temp.draw(node.root_id, 13) < 0.75;

INSERT INTO osf_tag (id, name, system)
SELECT id, CASE id WHEN 1 THEN 'old_node_collection' ELSE 'tag' || id END, id = 1 FROM generate_series(1, 1000) id;

INSERT INTO osf_abstractnode_tags (abstractnode_id, tag_id)
SELECT id, CASE WHEN id % 50 = 7 THEN 1 ELSE 1 + pg_temp.pick(id, 14, 999) END FROM osf_abstractnode WHERE id % 2 = 1;

INSERT INTO osf_preprint (id, title, created, is_published, is_public, ever_public, machine_state, date_published,
  date_withdrawn, deleted, spam_status, spam_data, creator_id, provider_id, node_id, primary_file_id)
SELECT id, 'Preprint ' || id, made, state < 0.9, state < 0.9, state < 0.93,
  CASE WHEN state < 0.85 THEN 'accepted' WHEN state < 0.9 THEN 'pending' WHEN state < 0.93 THEN 'withdrawn'
    ELSE 'initial' END,
  CASE WHEN state < 0.93 THEN made + interval '1 day' END,
  CASE WHEN state BETWEEN 0.9 AND 0.93 THEN made + interval '30 days' END,
  CASE WHEN id % 50 = 0 THEN now() END, pg_temp.spam_status(id), pg_temp.spam_data(id),
  pg_temp.pick(id, 15, pg_temp.users()),
  10 + pg_temp.pick(id, 16, 20), CASE WHEN id % 3 = 0 THEN id END, pg_temp.nodes() + pg_temp.preprints() + id
FROM generate_series(1, pg_temp.preprints()) id,
  LATERAL (SELECT pg_temp.moment(id::double precision / pg_temp.preprints()) AS made,
    pg_temp.draw(id, 17) AS state) AS traits;

INSERT INTO osf_preprintcontributor (visible, preprint_id, user_id, _order)
SELECT true, id, (creator_id - 1 + place * 7) % pg_temp.users() + 1, place
FROM osf_preprint, generate_series(0, 2) place WHERE place <= pg_temp.draw(id, 18) * 2.5;

INSERT INTO osf_preprint_affiliated_institutions (preprint_id, institution_id)
SELECT preprint.id, affiliation.institution_id
FROM osf_preprint preprint JOIN osf_institutionaffiliation affiliation ON affiliation.user_id = preprint.creator_id
WHERE pg_temp.draw(preprint.id, 19) < 0.75;

-- Three groups per node and preprint: admin, write, read.
INSERT INTO auth_group (id, name)
SELECT 3 * (id - 1) + rank, kind || '_' || id - before || '_' || (ARRAY['admin', 'write', 'read'])[rank]
FROM generate_series(1, pg_temp.nodes() + pg_temp.preprints()) id, generate_series(1, 3) rank,
  LATERAL (SELECT CASE WHEN id > pg_temp.nodes() THEN 'preprint' ELSE 'node' END AS kind,
    CASE WHEN id > pg_temp.nodes() THEN pg_temp.nodes() ELSE 0 END AS before) AS place;

INSERT INTO osf_nodegroupobjectpermission (content_object_id, group_id, permission_id)
SELECT node.id, 3 * (node.id - 1) + rank, permission.id
FROM osf_abstractnode node, generate_series(1, 3) rank
JOIN auth_permission permission ON permission.codename IN ('admin_node', 'write_node', 'read_node')
  AND rank <= CASE permission.codename WHEN 'admin_node' THEN 1 WHEN 'write_node' THEN 2 ELSE 3 END;

INSERT INTO osf_preprintgroupobjectpermission (content_object_id, group_id, permission_id)
SELECT preprint.id, 3 * (pg_temp.nodes() + preprint.id - 1) + rank, permission.id
FROM osf_preprint preprint, generate_series(1, 3) rank
JOIN auth_permission permission ON permission.codename IN ('admin_preprint', 'write_preprint', 'read_preprint')
  AND rank <= CASE permission.codename WHEN 'admin_preprint' THEN 1 WHEN 'write_preprint' THEN 2 ELSE 3 END;

INSERT INTO osf_osfuser_groups (osfuser_id, group_id)
SELECT user_id, 3 * (node_id - 1) + 1 + _order FROM osf_contributor
UNION ALL
SELECT user_id, 3 * (pg_temp.nodes() + preprint_id - 1) + 1 + _order FROM osf_preprintcontributor;

-- The root folder of each node and preprint.
INSERT INTO osf_basefilenode (id, _id, created, type, provider, name, is_root, target_object_id, target_content_type_id)
SELECT id, pg_temp.key(id), pg_temp.moment(0.5), 'osf.osfstoragefolder', 'osfstorage', '', true,
  CASE WHEN id > pg_temp.nodes() THEN id - pg_temp.nodes() ELSE id END,
  CASE WHEN id > pg_temp.nodes() THEN pg_temp.content_type('preprint') ELSE pg_temp.content_type('abstractnode') END
FROM generate_series(1, pg_temp.nodes() + pg_temp.preprints()) id;

-- Files; each preprint has at least one.
INSERT INTO osf_basefilenode (id, _id, created, type, provider, name, _path, _materialized_path, deleted, parent_id,
  target_object_id, target_content_type_id)
SELECT id, pg_temp.key(id), made, CASE WHEN kind < 0.94 THEN 'osf.osfstoragefile' WHEN kind < 0.97 THEN 'osf.trashedfile'
    ELSE 'osf.githubfile' END,
  CASE WHEN kind < 0.97 THEN 'osfstorage' ELSE 'github' END, 'file' || number || '.csv', '/' || pg_temp.key(id),
  '/file' || number || '.csv', CASE WHEN kind BETWEEN 0.94 AND 0.97 THEN now() END,
  CASE WHEN of_preprint THEN pg_temp.nodes() + target ELSE target END, target,
  CASE WHEN of_preprint THEN preprint_type ELSE node_type END
FROM generate_series(1, pg_temp.files()) number,
  (SELECT pg_temp.content_type('preprint') AS preprint_type, pg_temp.content_type('abstractnode') AS node_type) AS types,
  LATERAL (SELECT pg_temp.nodes() + pg_temp.preprints() + number AS id, number <= pg_temp.preprints() AS of_preprint,
    pg_temp.moment(number::double precision / pg_temp.files()) AS made,
    CASE WHEN number <= pg_temp.preprints() THEN 0 ELSE pg_temp.draw(number, 20) END AS kind) AS traits,
  LATERAL (SELECT CASE WHEN of_preprint THEN number ELSE pg_temp.pick(number, 21, pg_temp.nodes()) END AS target) AS place;

-- One version per file, and a second one for every fifth file.
INSERT INTO osf_fileversion (id, _id, created, identifier, size, metadata)
SELECT id, pg_temp.key(id), pg_temp.moment(id / 1.2::double precision / pg_temp.files()),
  CASE WHEN id > pg_temp.files() THEN '2' ELSE '1' END, floor(pg_temp.draw(id, 22) ^ 8 * 1e9), '{}'
FROM generate_series(1, pg_temp.files() + pg_temp.files() / 5) id;

INSERT INTO osf_basefileversionsthrough (version_name, basefilenode_id, fileversion_id)
SELECT '', pg_temp.nodes() + pg_temp.preprints()
  + CASE WHEN id > pg_temp.files() THEN (id - pg_temp.files()) * 5 ELSE id END, id
FROM osf_fileversion;

INSERT INTO osf_nodelog (id, _id, created, date, action, node_id, original_node_id, user_id, should_hide)
SELECT id, pg_temp.key(id), made, made,
  CASE WHEN kind < 0.001 THEN 'confirm_spam' WHEN kind < 0.0015 THEN 'confirm_ham' WHEN kind < 0.006 THEN 'flag_spam'
    WHEN kind < 0.5 THEN 'osf_storage_file_added' ELSE 'edit_title' END,
  node, node, pg_temp.pick(id, 24, pg_temp.users()), false
FROM generate_series(1, pg_temp.logs()) id,
  LATERAL (SELECT pg_temp.moment(id::double precision / pg_temp.logs()) AS made, pg_temp.draw(id, 23) AS kind,
    pg_temp.pick(id, 25, pg_temp.nodes()) AS node) AS traits;

INSERT INTO osf_preprintlog (id, _id, created, action, preprint_id, user_id, should_hide)
SELECT id, pg_temp.key(id), pg_temp.moment(id / 5.0::double precision / pg_temp.preprints()),
  CASE WHEN kind < 0.01 THEN 'confirm_spam' WHEN kind < 0.015 THEN 'confirm_ham' WHEN kind < 0.06 THEN 'flag_spam'
    ELSE 'published' END,
  pg_temp.pick(id, 26, pg_temp.preprints()), pg_temp.pick(id, 27, pg_temp.users()), false
FROM generate_series(1, pg_temp.preprints() * 5) id, LATERAL (SELECT pg_temp.draw(id, 28) AS kind) AS traits;

INSERT INTO osf_identifier (_id, created, category, value, object_id, content_type_id)
SELECT pg_temp.key(id), created, 'doi', '10.70000/osf.io/n' || id, id, pg_temp.content_type('abstractnode')
FROM osf_abstractnode WHERE type = 'osf.registration' AND is_public
UNION ALL
SELECT pg_temp.key(pg_temp.nodes() + id), created, 'doi', '10.70000/osf.io/p' || id, id, pg_temp.content_type('preprint')
FROM osf_preprint WHERE is_published;

INSERT INTO addons_wiki_wikipage (id, created, page_name, node_id, user_id)
SELECT id, created, 'home', id, creator_id FROM osf_abstractnode WHERE id % 10 = 1;

-- A guid for every object, but only for every tenth file.
INSERT INTO osf_guid (_id, created, object_id, content_type_id)
SELECT 'u' || to_hex(id), created, id, pg_temp.content_type('osfuser') FROM osf_osfuser
UNION ALL SELECT 'n' || to_hex(id), created, id, pg_temp.content_type('abstractnode') FROM osf_abstractnode
UNION ALL SELECT 'p' || to_hex(id), created, id, pg_temp.content_type('preprint') FROM osf_preprint
UNION ALL SELECT 'w' || to_hex(id), created, id, pg_temp.content_type('wikipage') FROM addons_wiki_wikipage
UNION ALL SELECT 'f' || to_hex(id), created, id, pg_temp.content_type('basefilenode') FROM osf_basefilenode
  WHERE id % 10 = 0 AND NOT coalesce(is_root, false);

INSERT INTO osf_guidversionsthrough (created, object_id, content_type_id, guid_id, version)
SELECT created, object_id, content_type_id, id, 1 FROM osf_guid
WHERE content_type_id = pg_temp.content_type('preprint');

INSERT INTO osf_externalaccount (id, _id, created, provider, provider_name, provider_id)
SELECT id, pg_temp.key(id), pg_temp.moment(0.5), 'provider' || id % 11, 'Provider', id
FROM generate_series(1, pg_temp.users() / 5) id;

INSERT INTO addons_osfstorage_usersettings (id, _id, created, owner_id)
SELECT id, pg_temp.key(id), created, id FROM osf_osfuser;

INSERT INTO addons_osfstorage_nodesettings (id, _id, created, owner_id, root_node_id)
SELECT id, pg_temp.key(id), created, id, id FROM osf_abstractnode;

-- Settings of the other add-ons for every twentieth user and node; some users grant their account to nodes.
DO $$
DECLARE addon text;
BEGIN
  FOR addon IN SELECT split_part(table_name, '_', 2) FROM information_schema.columns
    WHERE table_name LIKE 'addons\_%\_usersettings' AND column_name = 'oauth_grants'
  LOOP
    EXECUTE format('INSERT INTO addons_%s_usersettings (id, _id, created, owner_id, is_deleted, deleted,
        oauth_grants)
      SELECT id, pg_temp.key(id), created, id, id %% 7 = 0, CASE WHEN id %% 7 = 0 THEN now() END,
        CASE WHEN id %% 3 = 0 THEN ''{}'' ELSE jsonb_build_object(
          ''n'' || to_hex(id), jsonb_build_object(pg_temp.key(id), ''{}''),
          ''n'' || to_hex(id + 1), jsonb_build_object(pg_temp.key(id), ''{}'')) END
      FROM osf_osfuser WHERE id %% 20 = 1', addon);
    EXECUTE format('INSERT INTO addons_%s_nodesettings (id, _id, created, owner_id, is_deleted, deleted,
        external_account_id)
      SELECT id, pg_temp.key(id), created, id, id %% 7 = 0, CASE WHEN id %% 7 = 0 THEN now() END,
        CASE WHEN id %% 4 > 0 THEN 1 + id %% (pg_temp.users() / 5) END
      FROM osf_abstractnode WHERE id %% 20 = 1', addon);
  END LOOP;
END $$;
