package schema

import "strings"

// bookkeeping are tables in which programs keep which changes of structure
// they have made, and the like.
var bookkeeping = set(`schema_migrations schema_migration schema_version schema_info alembic_version goose_db_version
	django_migrations django_content_type django_session __efmigrationshistory flyway_schema_history databasechangelog
	databasechangeloglock knex_migrations knex_migrations_lock ar_internal_metadata _prisma_migrations sequelizemeta
	typeorm_metadata gorp_migrations _sqlx_migrations __diesel_schema_migrations __drizzle_migrations drizzle_migrations
	_litestream_seq _litestream_lock __alembic_version android_metadata room_master_table grdb_migrations phinxlog
	doctrine_migration_versions migration_versions yoyo_log _yoyo_log _yoyo_migration _yoyo_version yoyo_lock
	atlas_schema_revisions dbmate_migrations z_metadata z_primarykey z_modelcache`)

// Bookkeeping reports whether a table holds what SQLite or a migration tool
// keeps for itself, not data to ask for.
func (t *Table) Bookkeeping() bool {
	name := strings.ToLower(t.Name)
	switch {
	case strings.HasPrefix(name, "sqlite_"), bookkeeping[name]:
		return true
	case name == "migrations": // of birds, or Laravel's
		return t.Column("migration") != nil && t.Column("batch") != nil
	}
	return false
}
