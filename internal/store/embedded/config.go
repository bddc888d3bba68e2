package embedded

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	engineFile = "engine.xml"
	usersFile  = "users.xml"
)

// writeConfig writes the engine's configuration into the folder and gives its path.
// Without an explicit file the engine would take ./config.xml or one of the user's
// or the system's. Files that are right already are left alone, so that a folder on
// a full disk still opens.
func writeConfig(folder string, o Options) (string, error) {
	users := filepath.Join(folder, usersFile)
	engine := filepath.Join(folder, engineFile)
	if err := replaceFile(users, usersXML(o)); err != nil {
		return "", err
	}
	return engine, replaceFile(engine, engineXML(users, ""))
}

// engineXML is the main configuration. A part that cannot be read fails the opening
// instead of being set aside in silence; programs are looked for where there can be
// none. errorLog, when not empty, is where the
// engine writes what goes wrong.
func engineXML(users, errorLog string) string {
	logger := ""
	if errorLog != "" {
		logger = "<logger><level>error</level><async>false</async><errorlog>" + escape(errorLog) + "</errorlog></logger>"
	}
	return "<clickhouse><users_config>" + escape(users) + "</users_config>" + logger +
		"<user_scripts_path>/dev/null/</user_scripts_path>" + frugal +
		"<merge_tree><max_suspicious_broken_parts>0</max_suspicious_broken_parts>" + durable + "</merge_tree></clickhouse>\n"
}

// usersXML restricts the one user that sessions log in as. The settings of the
// profile are not here: the engine would tell a wrong one on standard error only.
func usersXML(o Options) string {
	var grants strings.Builder
	for _, g := range grantsFor(o) {
		fmt.Fprintf(&grants, "<query>%s</query>", escape(g))
	}
	return "<clickhouse><profiles><default></default></profiles>" +
		"<users><default><password></password><networks><ip>::/0</ip></networks>" +
		"<profile>default</profile><quota>default</quota><grants>" + grants.String() + "</grants></default></users>" +
		"<quotas><default></default></quotas></clickhouse>\n"
}

// grantsFor lists what sessions may do. KILL QUERY is how statements are stopped;
// seeing that the database default exists lets a session go back to it.
func grantsFor(o Options) []string {
	rights := "SELECT, INSERT, ALTER, CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP TABLE, DROP VIEW, TRUNCATE, OPTIMIZE, SHOW"
	if o.pattern() {
		rights += ", DROP DATABASE"
	}
	return []string{
		"GRANT " + rights + " ON " + o.Database + ".*",
		"GRANT SHOW DATABASES ON default.*",
		"GRANT SELECT ON system.*",
		"GRANT KILL QUERY ON *.*",
	}
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}

// replaceFile gives a file this content, whole or not at all.
func replaceFile(path, content string) error {
	if old, err := os.ReadFile(path); err == nil && string(old) == content {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(f.Name()) // in vain once it was renamed
	_, err = f.WriteString(content)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// durable has what was inserted be on the disk before the insert is told to be done: a machine that loses its power loses
// nothing that was told as stored. What merges write may be lost: the parts that it was made of stay for minutes.
const durable = "<fsync_after_insert>1</fsync_after_insert><fsync_part_directory>1</fsync_part_directory>"

// frugal has two threads remove parts that were merged. The engine would take 128 as soon as a hundred parts are to go, and
// keep them, each with three open files, for good: 350 descriptors and 70 MB.
const frugal = "<max_parts_cleaning_thread_pool_size>2</max_parts_cleaning_thread_pool_size>"
