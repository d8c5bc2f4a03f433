#!/bin/bash
# Run once by the database's image, as its superuser, when the volume is empty: two roles, one database.
# The embedded server makes the same (liaocheng_aid/database/cluster.py).
set -euo pipefail
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname template1 \
  -v owner="$(cat /run/aid/owner/password)" -v app="$(cat /run/aid/app/password)" <<'SQL'
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE ROLE aid_owner LOGIN PASSWORD :'owner';
CREATE ROLE aid_app LOGIN PASSWORD :'app';
CREATE DATABASE aid OWNER aid_owner ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template1;
REVOKE ALL ON DATABASE aid FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE aid TO aid_app;
SQL
