-- What the roles of the application grant to a user; null without roles. A function keeps its plan for the life of a connection: planned with
-- each statement, the same query costs as much as a fifth of a refresh. STABLE: it reads the snapshot of the statement that calls it, so that
-- roles and version belong together.
CREATE FUNCTION "access_of_user"("holder" UUID) RETURNS JSON LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM user_access_roles ur WHERE ur.user_id = holder) THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT json_build_object('version', (SELECT v.version FROM access_versions v WHERE v.id = 1), 'roles',
      json_agg(json_build_object('name', r.name, 'permissions', r.permissions) ORDER BY r.name COLLATE "C"))
    FROM user_access_roles ur JOIN access_roles r ON r.id = ur.role_id AND (r.tenant_id IS NULL OR r.tenant_id = ur.tenant_id)
    WHERE ur.user_id = holder HAVING count(*) > 0
  );
END
$$;
