/*
 * SQLSTATE: what a class of the server's errors means for who sent the statement. One table; the longest prefix counts.
 */
#include "samtale/db.h"

#include <string.h>

static const struct {
    const char *prefix;
    enum sam_code code;
} classes[] = {
    {"00", SAM_OK},           {"01", SAM_OK},        {"02", SAM_OK},        {"08P01", SAM_BAD_INPUT}, /* a value is not in its binary form:
                                                                                                         the line is fine, sending it again
                                                                                                         is no use */
    {"08", SAM_TEMPORARY},    {"22", SAM_BAD_INPUT}, {"23", SAM_BAD_INPUT}, {"25006", SAM_TEMPORARY}, {"28", SAM_DENIED},
    {"3D", SAM_TEMPORARY},    {"40", SAM_TEMPORARY}, {"42501", SAM_DENIED}, {"53", SAM_TEMPORARY},    {"54", SAM_BAD_INPUT},
    {"55P03", SAM_TEMPORARY}, {"57", SAM_TEMPORARY}, {"58", SAM_TEMPORARY}, {"SAM01", SAM_TEMPORARY}, {"SAM02", SAM_TOO_LARGE},
    {"SAM03", SAM_BAD_INPUT}, {"XX", SAM_TEMPORARY},
};

enum sam_code sam_db_sqlstate_code(const char *sqlstate)
{
    enum sam_code code = SAM_SYSTEM;
    size_t longest = 0;
    for (size_t i = 0; i < SAM_COUNT(classes); i++) {
        size_t len = strlen(classes[i].prefix);
        if (len > longest && strncmp(sqlstate, classes[i].prefix, len) == 0) {
            longest = len;
            code = classes[i].code;
        }
    }
    return code;
}
