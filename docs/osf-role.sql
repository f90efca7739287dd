-- Creates a role that can read exactly the columns that osf-metrics needs. Run it as an administrator of the OSF's database,
-- and run it again after an upgrade: an existing role keeps its password and what it can read.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'osf_metrics') THEN
    CREATE ROLE osf_metrics LOGIN PASSWORD 'change me';
  END IF;
END $$;
ALTER ROLE osf_metrics SET default_transaction_read_only = on;
GRANT USAGE ON SCHEMA public TO osf_metrics;

GRANT SELECT (created, deleted, external_account_id, owner_id)
  ON addons_bitbucket_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, oauth_grants, owner_id)
  ON addons_bitbucket_usersettings TO osf_metrics;
GRANT SELECT (created, deleted, external_account_id, owner_id)
  ON addons_box_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, oauth_grants, owner_id)
  ON addons_box_usersettings TO osf_metrics;
GRANT SELECT (created, deleted, external_account_id, owner_id)
  ON addons_dataverse_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, oauth_grants, owner_id)
  ON addons_dataverse_usersettings TO osf_metrics;
GRANT SELECT (created, deleted, external_account_id, owner_id)
  ON addons_dropbox_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, oauth_grants, owner_id)
  ON addons_dropbox_usersettings TO osf_metrics;
GRANT SELECT (created, deleted, external_account_id, owner_id)
  ON addons_figshare_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, oauth_grants, owner_id)
  ON addons_figshare_usersettings TO osf_metrics;
GRANT SELECT (created, deleted, external_account_id, owner_id)
  ON addons_github_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, oauth_grants, owner_id)
  ON addons_github_usersettings TO osf_metrics;
GRANT SELECT (created, deleted, external_account_id, owner_id)
  ON addons_gitlab_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, oauth_grants, owner_id)
  ON addons_gitlab_usersettings TO osf_metrics;
GRANT SELECT (created, deleted, external_account_id, owner_id)
  ON addons_googledrive_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, oauth_grants, owner_id)
  ON addons_googledrive_usersettings TO osf_metrics;
GRANT SELECT (created, deleted, external_account_id, owner_id)
  ON addons_onedrive_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, oauth_grants, owner_id)
  ON addons_onedrive_usersettings TO osf_metrics;
GRANT SELECT (created, deleted, owner_id)
  ON addons_osfstorage_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, owner_id)
  ON addons_osfstorage_usersettings TO osf_metrics;
GRANT SELECT (created, deleted, external_account_id, owner_id)
  ON addons_owncloud_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, oauth_grants, owner_id)
  ON addons_owncloud_usersettings TO osf_metrics;
GRANT SELECT (created, deleted, external_account_id, owner_id)
  ON addons_s3_nodesettings TO osf_metrics;
GRANT SELECT (created, deleted, oauth_grants, owner_id)
  ON addons_s3_usersettings TO osf_metrics;
GRANT SELECT (deleted, id, node_id, page_name)
  ON addons_wiki_wikipage TO osf_metrics;
GRANT SELECT (id, name)
  ON auth_group TO osf_metrics;
GRANT SELECT (codename, id)
  ON auth_permission TO osf_metrics;
GRANT SELECT (app_label, id, model)
  ON django_content_type TO osf_metrics;
GRANT SELECT (created, deleted, embargo_id, id, is_deleted, is_public, provider_id, registered_date, retraction_id, root_id, spam_data, spam_status, title, type)
  ON osf_abstractnode TO osf_metrics;
GRANT SELECT (abstractnode_id, institution_id)
  ON osf_abstractnode_affiliated_institutions TO osf_metrics;
GRANT SELECT (abstractnode_id, tag_id)
  ON osf_abstractnode_tags TO osf_metrics;
GRANT SELECT (_id, id, name, type)
  ON osf_abstractprovider TO osf_metrics;
GRANT SELECT (created, deleted, deleted_on, id, name, provider, purged, target_content_type_id, target_object_id, type)
  ON osf_basefilenode TO osf_metrics;
GRANT SELECT (basefilenode_id, fileversion_id)
  ON osf_basefileversionsthrough TO osf_metrics;
GRANT SELECT (deleted, id, node_id)
  ON osf_comment TO osf_metrics;
GRANT SELECT (_order, id, node_id, user_id, visible)
  ON osf_contributor TO osf_metrics;
GRANT SELECT (end_date, id)
  ON osf_embargo TO osf_metrics;
GRANT SELECT (created, id, purged, size)
  ON osf_fileversion TO osf_metrics;
GRANT SELECT (_id, content_type_id, created, id, object_id)
  ON osf_guid TO osf_metrics;
GRANT SELECT (guid_id, resource_type_general)
  ON osf_guidmetadatarecord TO osf_metrics;
GRANT SELECT (content_type_id, guid_id, object_id, version)
  ON osf_guidversionsthrough TO osf_metrics;
GRANT SELECT (category, content_type_id, deleted, object_id, value)
  ON osf_identifier TO osf_metrics;
GRANT SELECT (_id, created, deactivated, deleted, id, is_deleted, name)
  ON osf_institution TO osf_metrics;
GRANT SELECT (institution_id, sso_department, user_id)
  ON osf_institutionaffiliation TO osf_metrics;
GRANT SELECT (content_object_id, group_id, permission_id)
  ON osf_nodegroupobjectpermission TO osf_metrics;
GRANT SELECT (action, date, node_id, original_node_id, user_id)
  ON osf_nodelog TO osf_metrics;
GRANT SELECT (child_id, is_node_link, parent_id)
  ON osf_noderelation TO osf_metrics;
GRANT SELECT (allow_indexing, created, date_confirmed, date_disabled, date_last_login, date_registered, deleted, external_identity, fullname, id, is_active, is_superuser, merged_by_id, spam_status, username)
  ON osf_osfuser TO osf_metrics;
GRANT SELECT (group_id, osfuser_id)
  ON osf_osfuser_groups TO osf_metrics;
GRANT SELECT (date_published, date_withdrawn, deleted, ever_public, id, is_public, is_published, machine_state, primary_file_id, provider_id, spam_data, spam_status, title)
  ON osf_preprint TO osf_metrics;
GRANT SELECT (institution_id, preprint_id)
  ON osf_preprint_affiliated_institutions TO osf_metrics;
GRANT SELECT (_order, id, preprint_id, user_id, visible)
  ON osf_preprintcontributor TO osf_metrics;
GRANT SELECT (content_object_id, group_id, permission_id)
  ON osf_preprintgroupobjectpermission TO osf_metrics;
GRANT SELECT (action, created, preprint_id, user_id)
  ON osf_preprintlog TO osf_metrics;
GRANT SELECT (date_retracted, id)
  ON osf_retraction TO osf_metrics;
GRANT SELECT (id, name, system)
  ON osf_tag TO osf_metrics;
