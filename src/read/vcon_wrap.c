/*
 * What may be around a vCon: a JWS (one or more), whose payload is the vCon or its gzip in base64url; or a JWE, which stays closed without
 * a key.
 */
#include "vcon.h"

#include <string.h>

#define LAYERS 4

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

struct sam_span vcon_base64(struct reader *r, struct sam_span text)
{
    char *out = read_take(r, text.len / 4 * 3 + 4, 1);
    size_t n = 0, bits = 0;
    uint32_t held = 0;
    if (!out)
        return SAM_NO_SPAN;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '=' || c == '\n' || c == '\r' || c == ' ' || c == '\t')
            continue;
        int value = value_of(c);
        if (value < 0)
            return SAM_NO_SPAN;
        held = held << 6 | (uint32_t)value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[n++] = (char)(held >> bits & 0xFF);
        }
    }
    return (struct sam_span){out, n};
}

/** Says what an encrypted vCon is, so that its dead letter can be found and opened by somebody with the key. */
static enum sam_code encrypted(const struct reader *r, const struct sam_json *root, struct sam_err *err)
{
    struct sam_span uuid = sam_json_text(sam_json_get(root, "unprotected"), "uuid");
    if (!uuid.at)
        uuid = sam_json_text(root, "uuid");
    return sam_fail(err, SAM_UNSUPPORTED, "encrypted, no key: uuid %.*s, %zu bytes", SAM_ARG(uuid.at ? uuid : SAM_SPAN("not told")),
                    r->doc.len);
}

bool vcon_signed(const struct sam_json *root)
{
    return sam_json_get(root, "payload") &&
           (sam_json_get(root, "signatures") || (sam_json_get(root, "signature") && sam_json_get(root, "protected")));
}

size_t vcon_compact(struct sam_span text)
{
    size_t dots = 0;
    if (!sam_span_starts(text, "eyJ")) /* {" */
        return 0;
    for (size_t i = 0; i < text.len; i++) {
        dots += text.at[i] == '.';
        if (text.at[i] != '.' && value_of(text.at[i]) < 0)
            return 0;
    }
    return dots == 2 || dots == 4 ? dots + 1 : 0;
}

/** The vCon in a payload, or what is around it; *root set on SAM_OK. */
static enum sam_code open_payload(struct reader *r, struct sam_span payload, const struct sam_json **root, struct sam_part *head,
                                  struct sam_err *err)
{
    const struct sam_json_limits limits = {r->set->json_depth, r->set->json_nodes};
    struct sam_span body = payload.len > 0 ? vcon_base64(r, payload) : SAM_NO_SPAN;
    if (r->full)
        return sam_arena_full(r->arena, err);
    if (body.len == 0)
        return sam_fail(err, SAM_BAD_INPUT, "payload: not base64url");
    enum sam_code code = read_unpack(r, &body, err);
    if (code == SAM_OK)
        code = sam_json_read(r->arena, body, &limits, root, &r->notes, NULL, err);
    if (code != SAM_OK)
        return sam_wrap(err, "payload");
    read_warn(r, head, "vcon.not_verified", KEY(NULL, "signatures"));
    return SAM_OK;
}

/** The payload of a compact form: its second piece. */
static struct sam_span second_piece(struct sam_span text)
{
    const char *first = memchr(text.at, '.', text.len), *end = text.at + text.len;
    const char *second = first ? memchr(first + 1, '.', (size_t)(end - first) - 1) : NULL;
    return second ? (struct sam_span){first + 1, (size_t)(second - first) - 1} : SAM_NO_SPAN;
}

enum sam_code vcon_unwrap(struct reader *r, const struct sam_json **root, struct sam_part *head, struct sam_err *err)
{
    for (int layer = 0; layer < LAYERS; layer++) {
        bool compact = !*root;
        enum sam_code code = SAM_OK;
        if (compact ? vcon_compact(r->doc) == 5 : sam_json_get(*root, "ciphertext") != NULL)
            return encrypted(r, *root, err);
        if (!compact && !vcon_signed(*root))
            return SAM_OK;
        code = open_payload(r, compact ? second_piece(r->doc) : sam_json_text(*root, "payload"), root, head, err);
        if (code != SAM_OK)
            return code;
    }
    return sam_fail(err, SAM_BAD_INPUT, "payload: signed more than %d times over", LAYERS - 1);
}
