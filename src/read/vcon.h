/*
 * What the files of the vCon reader share: one vCon, its parties, and its dialogs in order.
 */
#ifndef READ_VCON_H
#define READ_VCON_H

#include "script.h"

/** Most dialogs of one vCon. */
#define DIALOGS_MAX 20000

enum dialog_kind { DIALOG_OTHER, DIALOG_RECORDING, DIALOG_TEXT, DIALOG_TRANSFER, DIALOG_INCOMPLETE };

/** One dialog as the record and the transcript need it. */
struct dialog {
    const struct sam_json *json; /* NULL for an element that is no object */
    enum dialog_kind kind;
    struct sam_time start;
    struct sam_int length_ms;
    int32_t originator;    /* party index, or -1 */
    struct sam_span words; /* of a text dialog, decoded, quotes stripped; absent when there are none */
    struct script *spoken; /* of its best transcript, or NULL */
    enum sam_language language;
    int score; /* of the best transcript */
};

struct vcon {
    struct reader *r;
    const struct sam_json *root;
    struct sam_part head;
    struct sam_part *record;
    struct sam_party *parties;
    size_t parties_n;
    struct dialog *dialogs;
    size_t dialogs_n;
    bool mail; /* the texts are e-mails */
};

/* vcon_wrap.c */
/** Takes signatures off: *root becomes the vCon inside, with a warning on head that nothing was verified. SAM_UNSUPPORTED when it is
 * encrypted. */
enum sam_code vcon_unwrap(struct reader *r, const struct sam_json **root, struct sam_part *head, struct sam_err *err);
/** @return whether an object is a JWS, general or flattened */
bool vcon_signed(const struct sam_json *root);
/** @return how many pieces a text has that is a JOSE object in compact form: 3 (signed) or 5 (encrypted); 0 when it is none */
size_t vcon_compact(struct sam_span text);
/** Decodes base64 or base64url, with or without padding and line ends. @return an absent span when it is neither (or r->full) */
struct sam_span vcon_base64(struct reader *r, struct sam_span text);

/* vcon_party.c */
enum sam_code vcon_parties(struct vcon *v, struct sam_err *err);
/** A party index from JSON: whole and in range, else -1 with a warning. */
int32_t vcon_party(struct vcon *v, const struct sam_json *value, const struct place *at);

/* vcon_dialog.c */
enum sam_code vcon_dialogs(struct vcon *v, struct sam_err *err);

/* vcon_record.c: channel, direction, customer, legs */
enum sam_code vcon_record(struct vcon *v, struct sam_err *err);

/* vcon_analysis.c */
/** Finds the best transcript of each dialog. */
void vcon_analysis(struct vcon *v);
/** Makes the transcript part of text dialogs and transcripts, when there is any. */
enum sam_code vcon_transcript(struct vcon *v, struct sam_err *err);

/* vcon_tags.c */
/** Notes the outcome that tags among the attachments tell. */
void vcon_tags(struct vcon *v);

/* mail.c */
/** The words of a message: the text part of a multipart, decoded; HTML without its tags; quotes of earlier messages and the signature taken
 * off. */
struct sam_span mail_words(struct reader *r, struct sam_span media_type, struct sam_span body);

#endif
