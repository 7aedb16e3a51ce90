/*
 * The words that somebody wrote in a mail: the text part of a multipart (RFC 2046), its transfer encoding undone, HTML without tags, and
 * neither the quoted earlier mails nor the signature.
 */
#include "vcon.h"

#include <string.h>

/** Parts inside parts. */
#define NESTED_MAX 4

static const char *find(struct sam_span text, const char *what)
{
    return text.len > 0 ? memmem(text.at, text.len, what, strlen(what)) : NULL;
}

static bool starts_nocase(struct sam_span text, const char *prefix)
{
    size_t len = strlen(prefix);
    return text.len >= len && sam_span_is_nocase((struct sam_span){text.at, len}, prefix);
}

/** The boundary parameter of a multipart's media type. */
static struct sam_span boundary_of(struct sam_span type)
{
    for (size_t i = 0; i + 9 < type.len; i++) {
        struct sam_span rest = {type.at + i, type.len - i};
        if (!starts_nocase(rest, "boundary="))
            continue;
        rest = (struct sam_span){rest.at + 9, rest.len - 9};
        bool quoted = rest.at[0] == '"';
        rest = (struct sam_span){rest.at + quoted, rest.len - quoted};
        size_t n = 0;
        while (n < rest.len && !strchr(quoted ? "\"" : "; \t\r\n", rest.at[n]))
            n++;
        return (struct sam_span){rest.at, n};
    }
    return SAM_NO_SPAN;
}

/* ---- transfer encodings ------------------------------------------------------------------------------------------------- */

static int hex(char c)
{
    const char *digits = "0123456789ABCDEF0123456789abcdef", *at = c ? strchr(digits, c) : NULL;
    return at ? (int)((at - digits) % 16) : -1;
}

static struct sam_span quoted_printable(struct reader *r, struct sam_span text)
{
    char *out = read_take(r, text.len + 1, 1);
    size_t n = 0;
    for (size_t i = 0; out && i < text.len; i++) {
        if (text.at[i] != '=') {
            out[n++] = text.at[i];
            continue;
        }
        if (i + 1 < text.len && text.at[i + 1] == '\n') { /* soft line end */
            i++;
        } else if (i + 2 < text.len && text.at[i + 1] == '\r' && text.at[i + 2] == '\n') {
            i += 2;
        } else if (i + 2 < text.len && hex(text.at[i + 1]) >= 0 && hex(text.at[i + 2]) >= 0) {
            out[n++] = (char)(hex(text.at[i + 1]) * 16 + hex(text.at[i + 2]));
            i += 2;
        } else {
            out[n++] = '=';
        }
    }
    return out ? (struct sam_span){out, n} : SAM_NO_SPAN;
}

static struct sam_span utf8(struct reader *r, struct sam_span text)
{
    struct sam_span out = text;
    size_t replaced = 0;
    struct sam_err err;
    if (text.at && sam_utf8_repair(r->arena, text, &out, &replaced, &err) != SAM_OK)
        r->full = true;
    return out;
}

/* ---- HTML ------------------------------------------------------------------------------------------------------------------ */

/** Text of HTML: tags gone, blocks parted by line ends, the common references decoded. */
static struct sam_span html_text(struct reader *r, struct sam_span html)
{
    static const struct {
        const char *name;
        char text;
    } references[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&nbsp;", ' '}};
    char *out = read_take(r, html.len + 1, 1);
    size_t n = 0;
    for (size_t i = 0; out && i < html.len; i++) {
        struct sam_span rest = {html.at + i, html.len - i};
        if (html.at[i] == '<') {
            if (starts_nocase(rest, "<br") || starts_nocase(rest, "</p") || starts_nocase(rest, "</div") || starts_nocase(rest, "</tr"))
                out[n++] = '\n';
            bool hidden = starts_nocase(rest, "<style") || starts_nocase(rest, "<script");
            const char *end = find(rest, hidden ? "</" : ">");
            if (end && hidden)
                end = memchr(end, '>', (size_t)(rest.at + rest.len - end));
            i = end ? (size_t)(end - html.at) : html.len;
            continue;
        }
        char c = html.at[i];
        for (size_t k = 0; c == '&' && k < SAM_COUNT(references); k++) {
            if (sam_span_starts(rest, references[k].name)) {
                c = references[k].text;
                i += strlen(references[k].name) - 1;
                break;
            }
        }
        out[n++] = c;
    }
    return out ? (struct sam_span){out, n} : SAM_NO_SPAN;
}

/* ---- quotes ----------------------------------------------------------------------------------------------------------------- */

/** @return whether a line opens the quote of an earlier mail: "On ... wrote:", "Den ... skrev ...:", "-----Original Message-----", "From:
 * ..." */
static bool opens_quote(struct sam_span line)
{
    static const char *const starts[] = {"-----Original",    "----- Original", "-----Oprindelig",
                                         "-----Opprinnelig", "-----Ursprung",  "________________________________"};
    static const char *const wrote[] = {" wrote:", " skrev:", " skreiv:", "skrev ", " schrieb"};
    static const char *const when[] = {"On ", "Den ", "Am ", "P\xC3\xA5 ", "m", "t", "o", "f", "l", "s", "n", "d"};
    for (size_t i = 0; i < SAM_COUNT(starts); i++) {
        if (starts_nocase(line, starts[i]))
            return true;
    }
    bool colon = line.len > 0 && line.at[line.len - 1] == ':';
    bool digits = false;
    for (size_t i = 0; i < line.len && !digits; i++)
        digits = line.at[i] >= '0' && line.at[i] <= '9';
    for (size_t i = 0; colon && digits && i < SAM_COUNT(when); i++) {
        if (!starts_nocase(line, when[i]))
            continue;
        for (size_t k = 0; k < SAM_COUNT(wrote); k++) {
            if (find(line, wrote[k]))
                return true;
        }
    }
    return false;
}

/** Cuts at the first quote or signature mark, and leaves quoted lines ("> ...") out. */
static struct sam_span own_words(struct reader *r, struct sam_span text)
{
    struct sam_span rest = text, line;
    char *out = read_take(r, text.len + 1, 1);
    size_t n = 0;
    while (out && sam_span_line(&rest, &line)) {
        struct sam_span words = sam_span_trim(line);
        if (opens_quote(words) || (sam_span_starts(line, "--") && words.len == 2))
            break;
        if (words.len > 0 && words.at[0] == '>')
            continue;
        memcpy(out + n, line.at, line.len);
        n += line.len;
        out[n++] = '\n';
    }
    return out ? sam_span_trim((struct sam_span){out, n}) : SAM_NO_SPAN;
}

/* ---- multiparts -------------------------------------------------------------------------------------------------------------- */

/** A header's value with its folded lines. */
static struct sam_span header_value(struct sam_span headers, const char *name)
{
    struct sam_span line, folded;
    size_t len = strlen(name);
    while (sam_span_line(&headers, &line)) {
        if (!starts_nocase(line, name) || line.len <= len || line.at[len] != ':')
            continue;
        const char *start = line.at + len + 1, *end = line.at + line.len;
        while (headers.len > 0 && (headers.at[0] == ' ' || headers.at[0] == '\t') && sam_span_line(&headers, &folded))
            end = folded.at + folded.len;
        return sam_span_trim((struct sam_span){start, (size_t)(end - start)});
    }
    return SAM_NO_SPAN;
}

static struct sam_span words_of(struct reader *r, struct sam_span type, struct sam_span encoding, struct sam_span body, int depth);

/** The best part of a multipart: plain text, else HTML, else a multipart inside. */
static struct sam_span multipart(struct reader *r, struct sam_span type, struct sam_span body, int depth)
{
    struct sam_span boundary = boundary_of(type), best = SAM_NO_SPAN, rest = body;
    bool best_plain = false;
    while (boundary.len > 0 && rest.len > boundary.len) {
        const char *mark = memmem(rest.at, rest.len, boundary.at, boundary.len);
        if (!mark)
            break;
        rest = (struct sam_span){mark + boundary.len, (size_t)(rest.at + rest.len - mark) - boundary.len};
        const char *next = memmem(rest.at, rest.len, boundary.at, boundary.len);
        struct sam_span part = {rest.at, next ? (size_t)(next - rest.at) : rest.len};
        while (part.len > 0 && strchr("\r\n -", part.at[part.len - 1]))
            part.len--;
        const char *blank = find(part, "\r\n\r\n"), *blank_lf = find(part, "\n\n");
        const char *end = blank ? blank : blank_lf;
        if (!end)
            continue;
        struct sam_span headers = {part.at, (size_t)(end - part.at)};
        struct sam_span inner = {end + (blank ? 4 : 2), part.len - headers.len - (blank ? 4 : 2)};
        struct sam_span inner_type = header_value(headers, "Content-Type");
        bool plain = inner_type.len == 0 || starts_nocase(inner_type, "text/plain");
        bool usable = plain || starts_nocase(inner_type, "text/html") || starts_nocase(inner_type, "multipart/");
        if (!usable || (best.len > 0 && (best_plain || !plain)))
            continue;
        struct sam_span words = words_of(r, inner_type, header_value(headers, "Content-Transfer-Encoding"), inner, depth + 1);
        if (words.len > 0) {
            best = words;
            best_plain = plain;
        }
    }
    return best;
}

static struct sam_span words_of(struct reader *r, struct sam_span type, struct sam_span encoding, struct sam_span body, int depth)
{
    if (starts_nocase(type, "multipart/"))
        return depth < NESTED_MAX ? multipart(r, type, body, depth) : SAM_NO_SPAN;
    if (starts_nocase(encoding, "quoted-printable"))
        body = utf8(r, quoted_printable(r, body));
    else if (starts_nocase(encoding, "base64"))
        body = utf8(r, vcon_base64(r, body));
    if (starts_nocase(type, "text/html"))
        body = html_text(r, body);
    return body;
}

struct sam_span mail_words(struct reader *r, struct sam_span media_type, struct sam_span body)
{
    struct sam_span words = words_of(r, media_type, SAM_NO_SPAN, body, 0);
    return words.at ? own_words(r, words) : SAM_NO_SPAN;
}
