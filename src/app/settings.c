/*
 * The table of settings: one row is one setting, everywhere. Defaults are written as in the file and read by the same code.
 */
#include "settings.h"

#define AT(field) offsetof(struct app_settings, field)

const struct setting app_settings_table[] = {
    {.section = "database",
     .name = "connection",
     .type = SETTING_TEXT,
     .at = AT(database_connection),
     .value = "host=/run/postgresql dbname=samtale",
     .help = "How to reach PostgreSQL 15 or later: a connection string of libpq. Keep passwords out of it: use peer authentication, or a "
             "file named with passfile=."},
    {.section = "http",
     .name = "listen",
     .type = SETTING_ADDRESS,
     .at = AT(http_listen),
     .value = "127.0.0.1:8080",
     .help = "Address and port of the page and the API. \"*\" stands for every address; put a proxy that speaks TLS in front before you "
             "use it."},
    {.section = "log",
     .name = "level",
     .type = SETTING_CHOICE,
     .at = AT(log_level),
     .value = "info",
     .min = SAM_LOG_ERROR,
     .choices = "error warning notice info debug",
     .help = "The least severe lines that are logged. Debug shows every move of every state machine."},
};
const size_t app_settings_n = SAM_COUNT(app_settings_table);
