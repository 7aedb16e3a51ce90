/*
 * Character references in cues: those of WebVTT, numbers, and the letters that programs escape in Nordic texts.
 */
#include "shapes.h"

#include <string.h>

/** @return the value of a digit of a number to that base; -1 when it is none */
static int32_t digit_of(char c, int32_t base)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'Z' ? c | 0x20 : c) : NULL;
    return at && at - digits < base ? (int32_t)(at - digits) : -1;
}

/** @return whether a code point is a character that may stand in a text */
static bool is_character(int32_t code)
{
    bool surrogate = code >> 11 == 0x1B, none = (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF);
    return code >= 0x20 && code < 0x110000 && !surrogate && !none;
}

/** "&#229;", "&#xE5;" at text. @return bytes used, 0 when it is none */
static size_t numbered_reference(struct sam_span text, char out[4], size_t *n)
{
    bool hex = text.len > 2 && (text.at[2] | 0x20) == 'x';
    int32_t code = 0, digit = 0;
    size_t at = hex ? 3 : 2;
    if (!sam_span_starts(text, "&#"))
        return 0;
    while (at < text.len && code < 0x110000 && (digit = digit_of(text.at[at], hex ? 16 : 10)) >= 0) {
        code = code * (hex ? 16 : 10) + digit;
        at++;
    }
    if (at >= text.len || text.at[at] != ';' || !is_character(code))
        return 0;
    *n = sam_utf8_put(code, out);
    return at + 1;
}

size_t cue_reference(struct sam_span text, char out[4], size_t *n)
{
    static const struct {
        const char *name, *text;
    } names[] = {{"&amp;", "&"},
                 {"&lt;", "<"},
                 {"&gt;", ">"},
                 {"&nbsp;", " "},
                 {"&lrm;", ""},
                 {"&rlm;", ""},
                 {"&quot;", "\""},
                 {"&apos;", "'"},
                 {"&aring;", "\xC3\xA5"},
                 {"&Aring;", "\xC3\x85"},
                 {"&aelig;", "\xC3\xA6"},
                 {"&AElig;", "\xC3\x86"},
                 {"&oslash;", "\xC3\xB8"},
                 {"&Oslash;", "\xC3\x98"},
                 {"&auml;", "\xC3\xA4"},
                 {"&Auml;", "\xC3\x84"},
                 {"&ouml;", "\xC3\xB6"},
                 {"&Ouml;", "\xC3\x96"},
                 {"&uuml;", "\xC3\xBC"},
                 {"&eacute;", "\xC3\xA9"},
                 {"&hellip;", "..."},
                 {"&ndash;", "-"},
                 {"&mdash;", "-"},
                 {"&rsquo;", "'"}};
    for (size_t i = 0; i < SAM_COUNT(names); i++) {
        if (sam_span_starts(text, names[i].name)) {
            *n = strlen(names[i].text);
            memcpy(out, names[i].text, *n);
            return strlen(names[i].name);
        }
    }
    return numbered_reference(text, out, n);
}
