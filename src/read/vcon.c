/*
 * vCon (IETF JSON container), all versions: read by which fields are present, never by its version text. Audio is never decoded nor copied.
 */
#include "vcon.h"

#include <stdio.h>

static bool has(const struct sam_json *object, const char *key)
{
    return sam_json_get(object, key) != NULL;
}

static bool is_vcon(const struct sam_json *root)
{
    if (has(root, "turns") || has(root, "legs"))
        return false;
    return has(root, "vcon") || has(root, "dialog") || (has(root, "parties") && (has(root, "analysis") || has(root, "uuid")));
}

static bool vcon_detect(const struct reader *r)
{
    const struct sam_json *root = r->json;
    if (!root || root->type != SAM_JSON_OBJECT)
        return !root && vcon_compact(r->doc) > 0;
    return is_vcon(root) || vcon_signed(root) || (has(root, "ciphertext") && (has(root, "recipients") || has(root, "protected")));
}

/** An extension that must be understood and is not: the vCon must not be processed (draft-ietf-vcon-vcon-container, "critical"). */
static enum sam_code check_critical(const struct sam_json *root, struct sam_err *err)
{
    static const char *const known[] = {"CC", "cc", "wtf_transcription", "lawful_basis"};
    const struct sam_json *critical = sam_json_get(root, "critical");
    if (read_is_null(critical))
        critical = sam_json_get(root, "must_support");
    for (const struct sam_json *name = critical && critical->type == SAM_JSON_ARRAY ? critical->first : NULL; name; name = name->next) {
        bool found = false;
        for (size_t i = 0; i < SAM_COUNT(known) && !found; i++)
            found = sam_span_is(name->text, known[i]);
        if (!found)
            return sam_fail(err, SAM_UNSUPPORTED, "critical: the extension '%.*s' must be understood and is not known here",
                            SAM_ARG(name->text));
    }
    return SAM_OK;
}

/** The uuid; where there is none, the hash of the document, so that the same document is the same conversation. */
static enum sam_code id_of(struct vcon *v, struct sam_err *err)
{
    enum sam_code code = read_id(v->r, sam_json_get(v->root, "uuid"), &v->head.external_id, err);
    if (code != SAM_NONE)
        return code;
    uint8_t hash[16];
    char hex[33];
    sam_hash128(&v->root->text, 1, hash);
    for (size_t i = 0; i < sizeof(hash); i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", (unsigned)hash[i]);
    v->head.external_id = read_print(v->r, "content-%s", hex);
    read_warn(v->r, &v->head, "id.derived", KEY(NULL, "uuid"));
    return SAM_OK;
}

static enum sam_code head_of(struct vcon *v, struct sam_err *err)
{
    enum sam_code code = read_source(v->r, SAM_NO_SPAN, &v->head.source, err);
    if (code == SAM_OK)
        code = id_of(v, err);
    if (code != SAM_OK)
        return code;
    struct sam_time version = read_time(v->r, &v->head, sam_json_get(v->root, "updated_at"), KEY(NULL, "updated_at"));
    if (version.quality == SAM_QUALITY_UNKNOWN)
        version = read_time(v->r, &v->head, sam_json_get(v->root, "created_at"), KEY(NULL, "created_at"));
    v->head.version = version.quality == SAM_QUALITY_UNKNOWN ? 0 : version.us;
    return SAM_OK;
}

static enum sam_code vcon_read(struct reader *r, struct sam_err *err)
{
    struct vcon v = {.r = r, .root = r->json};
    read_warn_notes(r, &v.head);
    enum sam_code code = vcon_unwrap(r, &v.root, &v.head, err);
    if (code == SAM_OK && !is_vcon(v.root))
        code = sam_fail(err, SAM_BAD_INPUT, "payload: no vCon inside");
    if (code == SAM_OK)
        code = check_critical(v.root, err);
    if (code == SAM_OK)
        code = head_of(&v, err);
    if (code != SAM_OK)
        return code;
    v.record = read_part(r, &v.head, SAM_KIND_RECORD);
    if (!v.record)
        return sam_arena_full(r->arena, err);
    code = vcon_parties(&v, err);
    if (code == SAM_OK)
        code = vcon_dialogs(&v, err);
    if (code != SAM_OK)
        return code;
    vcon_analysis(&v);
    code = vcon_transcript(&v, err);
    if (code == SAM_OK)
        code = vcon_record(&v, err);
    if (code == SAM_OK)
        vcon_tags(&v);
    return code;
}

const struct format format_vcon = {{"vcon", "IETF vCon, all versions, also signed (not verified)", true}, vcon_detect, vcon_read};
