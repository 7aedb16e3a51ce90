/*
 * The words that somebody wrote in a mail: the text part of a multipart (RFC 2046), its transfer encoding undone, HTML without tags, and
 * neither the quoted earlier mails nor the signature.
 */
#include "shapes.h"
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

/* @return bytes of the tag at rest; all of a style or script */
static size_t html_tag(struct sam_span rest)
{
    bool hidden = starts_nocase(rest, "<style") || starts_nocase(rest, "<script");
    const char *end = find(rest, hidden ? "</" : ">");
    if (end && hidden)
        end = memchr(end, '>', (size_t)(rest.at + rest.len - end));
    return end ? (size_t)(end - rest.at) + 1 : rest.len;
}

static bool ends_block(struct sam_span tag)
{
    return starts_nocase(tag, "<br") || starts_nocase(tag, "</p") || starts_nocase(tag, "</div") || starts_nocase(tag, "</tr");
}

/** Text of HTML: tags gone, blocks parted by line ends, the common references decoded. */
static struct sam_span html_text(struct reader *r, struct sam_span html)
{
    char *out = read_take(r, html.len + 1, 1);
    size_t n = 0;
    for (size_t i = 0; out && i < html.len;) {
        struct sam_span rest = {html.at + i, html.len - i};
        if (html.at[i] == '<') {
            if (ends_block(rest))
                out[n++] = '\n';
            i += html_tag(rest);
            continue;
        }
        size_t wrote = 0, used = html.at[i] == '&' ? cue_reference(rest, out + n, &wrote) : 0; /* never longer than what stands there */
        if (used == 0)
            out[n] = html.at[i];
        n += used > 0 ? wrote : 1;
        i += used > 0 ? used : 1;
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

/** @return where a line starts with "--" and the boundary, at or behind text's start; NULL when there is none */
static const char *delimiter(struct sam_span text, struct sam_span boundary)
{
    const char *end = text.at + text.len;
    for (const char *at = text.at; (size_t)(end - at) >= boundary.len + 2; at++) {
        at = memmem(at, (size_t)(end - at), boundary.at, boundary.len);
        if (!at)
            return NULL;
        bool dashes = at - text.at >= 2 && at[-1] == '-' && at[-2] == '-';
        if (dashes && (at - text.at == 2 || at[-3] == '\n'))
            return at - 2;
    }
    return NULL;
}

/** A part of a multipart: its headers and what is behind them. */
struct mail_part {
    struct sam_span headers, type, body;
};

/** Cuts the next part off. @return false when there is no more */
static bool part_next(struct sam_span *rest, struct sam_span boundary, struct mail_part *out)
{
    const char *mark = delimiter(*rest, boundary);
    if (!mark)
        return false;
    const char *start = mark + 2 + boundary.len;
    *rest = (struct sam_span){start, (size_t)(rest->at + rest->len - start)};
    const char *next = delimiter(*rest, boundary);
    struct sam_span part = {start, next ? (size_t)(next - start) : rest->len};
    const char *crlf = find(part, "\r\n\r\n"), *lf = find(part, "\n\n");
    const char *end = crlf ? crlf : lf;
    *out = (struct mail_part){.headers = SAM_NO_SPAN};
    if (!end)
        return true;
    size_t gap = crlf ? 4 : 2;
    out->headers = (struct sam_span){part.at, (size_t)(end - part.at)};
    out->body = sam_span_trim((struct sam_span){end + gap, part.len - out->headers.len - gap});
    out->type = header_value(out->headers, "Content-Type");
    return true;
}

static struct sam_span words_of(struct reader *r, struct sam_span type, struct sam_span encoding, struct sam_span body, int depth);

/** The best part of a multipart: plain text, else HTML, else a multipart inside. */
static struct sam_span multipart(struct reader *r, struct sam_span type, struct sam_span body, int depth)
{
    struct sam_span boundary = boundary_of(type), best = SAM_NO_SPAN, rest = body;
    struct mail_part part;
    while (boundary.len > 0 && part_next(&rest, boundary, &part)) {
        bool plain = part.type.len == 0 || starts_nocase(part.type, "text/plain");
        bool other = starts_nocase(part.type, "text/html") || starts_nocase(part.type, "multipart/");
        if (!plain && (!other || best.len > 0))
            continue;
        struct sam_span words = words_of(r, part.type, header_value(part.headers, "Content-Transfer-Encoding"), part.body, depth + 1);
        if (words.len > 0)
            best = words;
        if (plain && words.len > 0)
            break;
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
