-- For an administrator of the OSF's database: a role that can read what osf-metrics reads of it, and nothing else.
CREATE ROLE osf_metrics LOGIN PASSWORD 'change me';
ALTER ROLE osf_metrics SET default_transaction_read_only = on;
GRANT USAGE ON SCHEMA public TO osf_metrics;

GRANT SELECT (deleted, id, node_id, page_name)
  ON addons_wiki_wikipage TO osf_metrics;
GRANT SELECT (codename, id)
  ON auth_permission TO osf_metrics;
GRANT SELECT (app_label, id, model)
  ON django_content_type TO osf_metrics;
GRANT SELECT (created, deleted, id, is_deleted, is_public, provider_id, registered_date, root_id, title, type)
  ON osf_abstractnode TO osf_metrics;
GRANT SELECT (_id, id, name, type)
  ON osf_abstractprovider TO osf_metrics;
GRANT SELECT (deleted_on, id, name, provider, target_content_type_id, target_object_id)
  ON osf_basefilenode TO osf_metrics;
GRANT SELECT (deleted, id, node_id)
  ON osf_comment TO osf_metrics;
GRANT SELECT (_order, id, node_id, user_id, visible)
  ON osf_contributor TO osf_metrics;
GRANT SELECT (_id, content_type_id, created, id, object_id)
  ON osf_guid TO osf_metrics;
GRANT SELECT (content_type_id, guid_id, object_id, version)
  ON osf_guidversionsthrough TO osf_metrics;
GRANT SELECT (category, content_type_id, deleted, object_id, value)
  ON osf_identifier TO osf_metrics;
GRANT SELECT (content_object_id, group_id, permission_id)
  ON osf_nodegroupobjectpermission TO osf_metrics;
GRANT SELECT (child_id, is_node_link, parent_id)
  ON osf_noderelation TO osf_metrics;
GRANT SELECT (external_identity, fullname, id)
  ON osf_osfuser TO osf_metrics;
GRANT SELECT (group_id, osfuser_id)
  ON osf_osfuser_groups TO osf_metrics;
GRANT SELECT (date_published, date_withdrawn, deleted, ever_public, id, is_public, is_published, machine_state, primary_file_id, provider_id, title)
  ON osf_preprint TO osf_metrics;
GRANT SELECT (_order, id, preprint_id, user_id, visible)
  ON osf_preprintcontributor TO osf_metrics;
GRANT SELECT (content_object_id, group_id, permission_id)
  ON osf_preprintgroupobjectpermission TO osf_metrics;
