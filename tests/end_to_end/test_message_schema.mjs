#!/usr/bin/env node
// docs/message.schema.json and the parser say the same. Every value of a full message is replaced by every other kind of value, or taken away: what the schema
// accepts is read without a warning, and what the parser refuses the schema refuses. What docs/messages.md and the samples show is accepted by both.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import Ajv2020 from 'ajv/dist/2020.js'
import { assert, atEnd, test } from '../lib/tap.mjs'
import { bin, top } from '../lib/samtaled.mjs'

const schema = JSON.parse(readFileSync(path.join(top, 'docs/message.schema.json'), 'utf8'))
const accepts = new Ajv2020({ allErrors: false, strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema)
const example = JSON.parse(/```json\n([^]*?)```/.exec(readFileSync(path.join(top, 'docs/messages.md'), 'utf8'))[1])
const folder = mkdtempSync(path.join(os.tmpdir(), 'samtale-schema-'))
atEnd(() => rmSync(folder, { recursive: true }))

// Warnings about two values that do not fit each other: a schema cannot say that.
const between = new Set(['turn.i_twice', 'turn.end_before_start', 'turn.party_out_of_range', 'turn.speaker_unknown', 'survey.outside_scale'])
const values = [null, true, -1, 1.5, 7, 1e300, '', ' ', 'x', '2026-13-45', '2026-03-02T10:00:00', [], ['x'], {}, { x: 1 }]

/** Each path of a value as a list of keys. */
function* paths(value, at = []) {
    if (at.length) yield at
    if (value && typeof value === 'object') for (const key of Object.keys(value)) yield* paths(value[key], [...at, key])
}

function changed(message, at, value) {
    const copy = structuredClone(message)
    const parent = at.slice(0, -1).reduce((object, key) => object[key], copy)
    if (value !== undefined) parent[at.at(-1)] = value
    else if (Array.isArray(parent)) parent.splice(at.at(-1), 1)
    else delete parent[at.at(-1)]
    return copy
}

/** What the parser makes of messages: for each "refused", "clean", or the codes of its warnings. */
function parse(messages) {
    const file = path.join(folder, 'messages.jsonl')
    writeFileSync(file, messages.map((m) => JSON.stringify(m) + '\n').join(''))
    const done = spawnSync(bin, ['read', '--unmasked', file], { encoding: 'utf8', maxBuffer: 1 << 30 })
    assert.ok(done.status === 0 || done.status === 1, done.stderr.slice(0, 500))
    const said = messages.map(() => null)
    for (const line of done.stderr.split('\n').filter(Boolean)) said[Number(/:(\d+): /.exec(line)[1]) - 1] = 'refused'
    for (const line of done.stdout.split('\n').filter(Boolean)) {
        const part = JSON.parse(line)
        const n = Number(/^n(\d+)$/.exec(part.source)?.[1] ?? /^n(\d+)$/.exec(part.agent?.id ?? part.id)[1])
        const codes = (part.warnings ?? []).map((w) => w.code)
        said[n] = [...(Array.isArray(said[n]) ? said[n] : []), ...codes]
    }
    return said.map((s) => (Array.isArray(s) && s.length === 0 ? 'clean' : s))
}

function mutations(message) {
    const out = []
    for (const at of paths(message)) for (const value of [...values, undefined]) out.push({ at, value })
    return out.map(({ at, value }, n) => ({ at, value, message: changed({ ...message, source: `n${n}`, id: `n${n}`, ...(message.agent && { agent: { ...message.agent, id: `n${n}` } }) }, at, value) }))
}

for (const kind of ['conversation', 'record', 'transcript', 'survey', 'outcome']) {
    test(`schema and parser agree on every change of a ${kind}`, () => {
        const message = { ...example, kind }
        if (kind === 'transcript') for (const key of ['legs', 'customer', 'consent', 'ended_at']) delete message[key]
        if (kind === 'survey') delete message.outcome
        const changes = mutations(message)
        const said = parse(changes.map((c) => c.message))
        const counts = { accepted: 0, refused: 0, warned: 0 }
        changes.forEach(({ at, value, message: m }, n) => {
            const what = `${at.join('.')} = ${JSON.stringify(value)}: ${said[n]}`
            const own = Array.isArray(said[n]) ? said[n].filter((code) => !between.has(code)) : []
            assert.notEqual(said[n], null, `no answer to ${what}`)
            if (accepts(m)) {
                counts.accepted++
                assert.ok(said[n] === 'clean' || (Array.isArray(said[n]) && own.length === 0), `the schema accepts, the parser does not: ${what}`)
            } else {
                counts[said[n] === 'refused' ? 'refused' : 'warned']++
            }
        })
        assert.ok(counts.accepted > 50 && counts.refused > 5 && counts.warned > 50, JSON.stringify(counts))
    })
}

test('schema and parser agree on every change of states of an agent', () => {
    const changes = mutations({ kind: 'agent_state', source: 's', agent: { id: 'a17', name: 'Lone', team: 'Pension 1' }, version: 2,
        states: [{ state: 'available', from: '2026-03-02T08:00:00Z', queue: 'pension' }, { state: 'pause', reason: 'lunch', from: '2026-03-02T11:00:00Z', to: '2026-03-02T11:30:00Z' },
            { state: 'offline', at: '2026-03-02T16:00:00Z', queues: ['pension', 'claims'] }] })
    const said = parse(changes.map((c) => c.message))
    const counts = { accepted: 0, refused: 0 }
    changes.forEach(({ at, value, message: m }, n) => {
        const what = `${at.join('.')} = ${JSON.stringify(value)}: ${said[n]}`
        if (accepts(m)) assert.ok(said[n] === 'clean', `the schema accepts, the parser does not: ${what}`)
        counts[accepts(m) ? 'accepted' : 'refused'] += said[n] === 'clean' ? 1 : said[n] === 'refused' ? 1 : 0
        assert.ok(said[n] !== 'refused' || !accepts(m), what)
    })
    assert.ok(counts.accepted > 20 && counts.refused > 20, JSON.stringify(counts))
})

test('the example of docs/messages.md is accepted by both', () => {
    assert.ok(accepts(example), JSON.stringify(accepts.errors))
    assert.deepEqual(parse([{ ...example, source: 'n0' }]), ['clean'])
})

test('every sample conversation is accepted by both', () => {
    const samples = path.join(top, 'src/samples')
    const lines = readdirSync(samples).filter((f) => f.endsWith('.jsonl')).flatMap((f) => readFileSync(path.join(samples, f), 'utf8').split('\n').filter(Boolean))
    const messages = lines.map((line, n) => ({ ...JSON.parse(line), source: `n${n}` }))
    assert.ok(messages.length > 100)
    messages.forEach((m) => assert.ok(accepts(m), `${m.id}: ${JSON.stringify(accepts.errors)}`))
    assert.ok(parse(messages).every((said) => said === 'clean'))
})

test('what the parser writes the schema accepts', () => {
    const done = spawnSync(bin, ['read', '--source', 's', path.join(folder, 'messages.jsonl')], { encoding: 'utf8', maxBuffer: 1 << 30 })
    const parts = done.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line))
    assert.ok(parts.length > 100)
    parts.forEach((part) => assert.ok(accepts(part), `${JSON.stringify(part).slice(0, 300)}: ${JSON.stringify(accepts.errors)}`))
})
