/*
 * A vCon's dialogs: what kind each is, when it was, who began it, and the words of the text ones.
 */
#include "vcon.h"

#include <string.h>

static enum dialog_kind kind_of(const struct sam_json *json)
{
    static const struct {
        const char *name;
        enum dialog_kind kind;
    } rows[] = {{"recording", DIALOG_RECORDING},
                {"recording-set", DIALOG_RECORDING},
                {"text", DIALOG_TEXT},
                {"transfer", DIALOG_TRANSFER},
                {"incomplete", DIALOG_INCOMPLETE}};
    struct sam_span type = sam_json_text(json, "type");
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        if (sam_span_is_nocase(type, rows[i].name))
            return rows[i].kind;
    }
    return DIALOG_OTHER;
}

/** originator, else the first of parties (which may be a number, a list, or a list of lists with nulls). */
static int32_t originator_of(struct vcon *v, const struct sam_json *json, const struct place *at)
{
    const struct sam_json *value = sam_json_get(json, "originator");
    if (!read_is_null(value)) {
        int32_t party = vcon_party(v, value, KEY(at, "originator"));
        if (party >= 0)
            return party;
    }
    value = sam_json_get(json, "parties");
    if (read_is_null(value))
        return -1;
    if (value->type != SAM_JSON_ARRAY)
        return vcon_party(v, value, KEY(at, "parties"));
    int32_t first = -1;
    for (const struct sam_json *item = value->first; item; item = item->next) {
        const struct sam_json *one = item->type == SAM_JSON_ARRAY ? item->first : item;
        int32_t party = one ? vcon_party(v, one, KEY(at, "parties")) : -1;
        first = first < 0 ? party : first;
    }
    return first;
}

/** The body of a text dialog as text, whatever its encoding says. */
static struct sam_span body_of(struct vcon *v, const struct sam_json *json, const struct place *at)
{
    const struct sam_json *body = sam_json_get(json, "body");
    if (read_is_null(body))
        return SAM_NO_SPAN;
    if (body->type != SAM_JSON_STRING) {
        read_warn(v->r, v->record, "type.not_text", KEY(at, "body"));
        return SAM_NO_SPAN;
    }
    if (!sam_span_is_nocase(sam_json_text(json, "encoding"), "base64url") && !sam_span_is_nocase(sam_json_text(json, "encoding"), "base64"))
        return body->text;
    struct sam_span bytes = vcon_base64(v->r, body->text), text = SAM_NO_SPAN;
    size_t replaced = 0;
    struct sam_err err;
    if (!bytes.at) {
        read_warn(v->r, v->record, "base64.invalid", KEY(at, "body"));
        return SAM_NO_SPAN;
    }
    if (sam_utf8_repair(v->r->arena, bytes, &text, &replaced, &err) != SAM_OK)
        v->r->full = true;
    if (replaced > 0)
        read_warn(v->r, v->record, "text.repaired", KEY(at, "body"));
    return text;
}

static struct sam_span media_type(const struct sam_json *json)
{
    struct sam_span type = sam_json_text(json, "mediatype");
    return type.len > 0 ? type : sam_json_text(json, "mimetype");
}

/** @return whether a text dialog is a mail: a message id with an '@', a multipart, or parties with mail addresses only */
static bool is_mail(const struct vcon *v, const struct sam_json *json)
{
    struct sam_span id = sam_json_text(json, "message_id"), type = media_type(json);
    if ((id.len > 0 && memchr(id.at, '@', id.len)) || sam_span_starts(type, "multipart/") || sam_span_starts(type, "message/"))
        return true;
    const struct sam_json *parties = sam_json_get(v->root, "parties");
    size_t mail = 0, all = 0;
    for (const struct sam_json *p = parties && parties->type == SAM_JSON_ARRAY ? parties->first : NULL; p; p = p->next, all++)
        mail += (sam_json_text(p, "mailto").len > 0 || sam_json_text(p, "email").len > 0) && sam_json_text(p, "tel").len == 0 &&
                sam_json_text(p, "sip").len == 0;
    return all > 0 && mail == all;
}

static void dialog_of(struct vcon *v, const struct sam_json *item, const struct place *at, struct dialog *d)
{
    *d = (struct dialog){.kind = DIALOG_OTHER, .originator = -1};
    d->json = read_object(v->r, v->record, item, at);
    if (!d->json)
        return;
    d->kind = kind_of(d->json);
    read_limit(v->r, d->kind == DIALOG_TEXT ? SAM_CHANNEL_CHAT : SAM_CHANNEL_VOICE);
    d->start = read_time(v->r, v->record, sam_json_get(d->json, "start"), KEY(at, "start"));
    d->length_ms = read_ms(v->r, v->record, sam_json_get(d->json, "duration"), 1000, KEY(at, "duration"));
    d->originator = originator_of(v, d->json, at);
    if (d->kind == DIALOG_OTHER && d->json->n > 0) /* {} is a legal placeholder of redaction */
        read_warn(v->r, v->record, "dialog.type_unknown", KEY(at, "type"));
    if (d->kind != DIALOG_TEXT)
        return;
    struct sam_span body = body_of(v, d->json, at);
    if (body.len == 0)
        return;
    v->mail = v->mail || is_mail(v, d->json);
    d->words = mail_words(v->r, media_type(d->json), body);
}

enum sam_code vcon_dialogs(struct vcon *v, struct sam_err *err)
{
    const struct sam_json *list = read_list(v->r, v->record, sam_json_get(v->root, "dialog"), KEY(NULL, "dialog"));
    if (!list)
        return SAM_OK;
    enum sam_code code = read_within(list->n, DIALOGS_MAX, "dialog", err);
    if (code != SAM_OK)
        return code;
    v->dialogs = read_take(v->r, list->n, sizeof(*v->dialogs));
    if (!v->dialogs)
        return sam_arena_full(v->r->arena, err);
    for (const struct sam_json *item = list->first; item; item = item->next, v->dialogs_n++)
        dialog_of(v, item, ITEM(NULL, "dialog", v->dialogs_n), &v->dialogs[v->dialogs_n]);
    return SAM_OK;
}
