-- Once, as a superuser: psql -f docs/production/postgresql.sql
--
-- Two roles. overt_owner owns the tables and runs migrations; the processes of Overt are overt, which
-- can read and write rows, but neither drop nor switch off a trigger. Who gets into a web process
-- then still cannot change what the triggers keep.
CREATE ROLE overt_owner LOGIN;
CREATE ROLE overt LOGIN;
CREATE DATABASE overt OWNER overt_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE overt FROM PUBLIC;
GRANT CONNECT ON DATABASE overt TO overt;

-- A lock that somebody forgot must not keep permits waiting.
ALTER ROLE overt IN DATABASE overt SET lock_timeout = '15s';
ALTER ROLE overt IN DATABASE overt SET idle_in_transaction_session_timeout = '60s';

\connect overt
-- Bookings are kept apart by it. It is in the package postgresql-contrib.
CREATE EXTENSION btree_gist;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO overt_owner;
GRANT USAGE ON SCHEMA public TO overt;
ALTER DEFAULT PRIVILEGES FOR ROLE overt_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO overt;
ALTER DEFAULT PRIVILEGES FOR ROLE overt_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO overt;
