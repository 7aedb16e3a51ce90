/*
 * The settings shown: the commented example file that is shipped, and the manual page's source. Both from the table alone.
 */
#include "settings.h"

#include <string.h>

#define WIDTH 100U

/* Appends text in lines of at most WIDTH bytes that begin with "# ". */
static void comment(struct sam_buf *buf, struct sam_span text)
{
    while (text.len > 0) {
        size_t len = text.len;
        if (len > WIDTH) {
            len = WIDTH;
            while (len > 0 && text.at[len] != ' ')
                len--;
            if (len == 0)
                len = text.len;
        }
        sam_buf_printf(buf, "# %.*s\n", (int)len, text.at);
        text = sam_span_trim((struct sam_span){text.at + len, text.len - len});
    }
}

static bool begins_section(size_t i)
{
    return i == 0 || strcmp(app_settings_table[i].section, app_settings_table[i - 1].section) != 0;
}

void app_settings_show(struct sam_buf *buf)
{
    sam_buf_text(buf, "# Settings of samtaled. Every line that is commented out shows its default.\n"
                      "# Check a change with: samtaled config check FILE\n");
    for (size_t i = 0; i < app_settings_n; i++) {
        const struct setting *row = &app_settings_table[i];
        if (begins_section(i))
            sam_buf_printf(buf, "\n[%s]\n", row->section);
        sam_buf_text(buf, "\n");
        comment(buf, sam_span_of(row->help));
        sam_buf_text(buf, "# Must be ");
        app_setting_form(buf, row);
        sam_buf_printf(buf, ".%s\n#%s =%s%s\n", row->restart ? " A change takes a restart." : "", row->name, row->value[0] ? " " : "",
                       row->value);
    }
    sam_buf_text(buf, "\n");
    comment(buf, SAM_SPAN("What sources call things, and what that means here. A name may be written SOURCE:NAME, for one source alone."));
    for (size_t i = 0; i < APP_MAPS; i++) {
        sam_buf_printf(buf, "\n[%s]\n\n", app_settings_maps[i].section);
        comment(buf, sam_span_of(app_settings_maps[i].help));
        sam_buf_printf(buf, "#%s\n", app_settings_maps[i].example);
    }
}

/* Appends text with the characters escaped that scdoc would take for markup. */
static void put_scdoc(struct sam_buf *buf, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\*_<>#", *text))
            sam_buf_add(buf, "\\", 1);
        sam_buf_add(buf, text, 1);
    }
}

void app_settings_man(struct sam_buf *buf)
{
    sam_buf_text(
        buf,
        "samtaled.conf(5)\n\n# NAME\n\nsamtaled.conf - settings of samtaled(1)\n\n# DESCRIPTION\n\n"
        "*samtaled* reads /etc/samtaled/samtaled.conf, or the file named with *--config*. Lines are *[section]*, *name = value* or, "
        "beginning with # or ;, comments; blanks around names and values do not count, and a value runs to the end of its line. A "
        "setting that is not "
        "there has its default. What is unknown, set twice, in a wrong unit or out of range is refused with the file and the line; "
        "*samtaled config check* tells all problems at once, *samtaled config show* prints an example with every default.\n\n"
        "The daemon reads the file and the site's packs again on SIGHUP and takes all changes over at once, or, when anything is wrong, "
        "none and logs why. What takes a restart says so below; the log names such changes.\n");
    for (size_t i = 0; i < app_settings_n; i++) {
        const struct setting *row = &app_settings_table[i];
        char form[300];
        struct sam_buf text = {form, 0, sizeof form - 1, sizeof form - 1, false};
        if (begins_section(i))
            sam_buf_printf(buf, "\n# SECTION [%s]\n", row->section);
        sam_buf_text(buf, "\n*");
        put_scdoc(buf, row->name);
        sam_buf_text(buf, "*\n\t");
        put_scdoc(buf, row->help);
        sam_buf_text(buf, " Must be ");
        app_setting_form(&text, row);
        form[text.len] = '\0';
        put_scdoc(buf, form);
        sam_buf_text(buf, ". Default: ");
        put_scdoc(buf, row->value[0] ? row->value : "none");
        sam_buf_text(buf, row->restart ? ". A change takes a restart.\n" : "\n");
    }
    for (size_t i = 0; i < APP_MAPS; i++) {
        sam_buf_printf(buf, "\n# SECTION [%s]\n\n", app_settings_maps[i].section);
        put_scdoc(buf, app_settings_maps[i].help);
        sam_buf_text(buf, " Names are the site's own; one may be written SOURCE:NAME, for one source alone. For example:\n\n*");
        put_scdoc(buf, app_settings_maps[i].example);
        sam_buf_text(buf, "*\n");
    }
    sam_buf_text(buf, "\n# SEE ALSO\n\n*samtaled*(1)\n");
}
