/*
 * The settings file under fuzzing: any text gives settings or problems with their lines, and what was read shows itself again. The checks
 * that ask the machine (time zones, the database's connection string) always agree here.
 */
#include "../../src/app/rules.h"
#include "../../src/app/settings.h"
#include "samtale/db.h"

enum sam_code app_country_check(struct sam_span text, struct sam_err *err)
{
    return text.len == 2 ? SAM_OK : sam_fail(err, SAM_BAD_INPUT, "must be two letters");
}

enum sam_code app_zone_check(struct sam_span text, struct sam_err *err)
{
    return text.len > 0 ? SAM_OK : sam_fail(err, SAM_BAD_INPUT, "must be a time zone");
}

enum sam_code app_day_zone_check(struct sam_span text, struct sam_err *err)
{
    return app_zone_check(text, err);
}

enum sam_code sam_db_check(struct sam_span connection, struct sam_err *err)
{
    return connection.len < 1000 ? SAM_OK : sam_fail(err, SAM_BAD_INPUT, "must be a connection string");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct app_problems problems;
    struct sam_arena *arena = sam_arena_new(16U << 20);
    struct app_settings settings;
    struct sam_err err = {.code = SAM_OK, .text = ""};
    SAM_MUST(arena);
    enum sam_code code = app_settings_parse(arena, "fuzz.conf", (struct sam_span){(const char *)data, size}, &settings, &problems, &err);
    SAM_MUST((code == SAM_OK) == (problems.n == 0) || code == SAM_NO_MEMORY);
    for (size_t i = 0; i < problems.n && i < APP_PROBLEMS; i++)
        SAM_MUST(problems.lines[i].len > 0 && sam_utf8_valid(problems.lines[i]));
    sam_arena_free(arena);
    return 0;
}
