// api.mjs: what the tests of the HTTP interface share: a daemon with accounts, a client, the API's description as validators, and a small
// contact centre whose every figure can be worked out by hand.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { bin, Daemon, drained, run, sql, top } from '../lib/samtaled.mjs'
import { assert } from '../lib/tap.mjs'

const require = createRequire(import.meta.url)
const Ajv = require('ajv/dist/2020').default
const addFormats = require('ajv-formats').default

/* ---- the description ------------------------------------------------------------------------------------------- */

export const description = JSON.parse(readFileSync(path.join(top, 'docs/openapi.json'), 'utf8'))
const ajv = new Ajv({ strict: false, allErrors: true })
addFormats(ajv)
ajv.addSchema({ $id: 'api', components: description.components })
const compiled = new Map()

/** Schemas refer to #/components/...; as part of another document they refer to api#/components/... */
const absolute = (schema) => JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/'))
for (const [name, schema] of Object.entries(description.components.schemas)) ajv.addSchema({ $id: `schema:${name}`, ...absolute(schema) })

function validator(schema) {
    const key = JSON.stringify(schema)
    if (!compiled.has(key)) compiled.set(key, ajv.compile(absolute(schema)))
    return compiled.get(key)
}

/** The documented path that url is an instance of. */
export function documented(url) {
    const { pathname } = new URL(url)
    const fits = (pattern) => new RegExp(`^${pattern.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(pathname)
    const paths = Object.keys(description.paths).filter(fits).sort((a, b) => a.split('{').length - b.split('{').length)
    return paths[0]
}

/** Fails unless this answer is one that the description allows for this path and method. */
export async function conforms(method, answer, body) {
    const pattern = documented(answer.url)
    assert.ok(pattern, `${answer.url} is not described`)
    const operation = description.paths[pattern][method.toLowerCase()]
    assert.ok(operation, `${method} ${pattern} is not described`)
    let response = operation.responses[answer.status]
    assert.ok(response, `${method} ${pattern} answers ${answer.status}, which is not described: ${body}`)
    if (response.$ref) response = description.components.responses[response.$ref.split('/').pop()]
    if (!response.content) return assert.equal(body, '', `${method} ${pattern} ${answer.status} has a body`)
    const type = (answer.headers.get('content-type') ?? '').split(';')[0]
    const media = response.content[type]
    assert.ok(media, `${method} ${pattern} ${answer.status} is ${type}, which is not described`)
    if (!type.endsWith('json')) return
    const valid = validator(media.schema)
    assert.ok(valid(JSON.parse(body)), `${method} ${answer.url}: ${ajv.errorsText(valid.errors?.slice(0, 5))}`)
}

/* ---- a client -------------------------------------------------------------------------------------------------------- */

export class Client {
    constructor(url, headers = {}) {
        this.url = url
        this.headers = headers
    }

    /** Asks, and holds the answer against the description. @return {status, headers, text, json} */
    async ask(method, address, { headers = {}, body, described = true } = {}) {
        const answer = await fetch(this.url + address, { method, headers: { ...this.headers, ...headers }, body, redirect: 'manual' })
        const text = await answer.text()
        if (described && method !== 'HEAD') await conforms(method, answer, text)
        const isJson = /json/.test(answer.headers.get('content-type') ?? '')
        return { status: answer.status, headers: answer.headers, text, json: isJson && text ? JSON.parse(text) : undefined }
    }

    get(address, options) {
        return this.ask('GET', address, options)
    }

    post(address, value, headers = {}) {
        const body = typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value)
        return this.ask('POST', address, { headers: { 'Content-Type': 'application/json', ...headers }, body })
    }

    /** @return a client with the session's cookie */
    async signIn(name, password) {
        const answer = await this.post('/v1/session', { name, password })
        assert.equal(answer.status, 200, answer.text)
        return new Client(this.url, { Cookie: answer.headers.get('set-cookie').split(';')[0] })
    }
}

/* ---- a daemon with accounts ---------------------------------------------------------------------------------------------- */

export const PASSWORDS = { ann: 'an admin of ours', anna: 'an analyst of ours', sue: 'supervises North', ingrid: 'hands in messages', lone: 'agent Lone Holm' }

export async function startDaemon(settings = {}) {
    sql(`do $$ begin create role samtale login; exception when duplicate_object then null; end $$; grant samtale_daemon, samtale_api to samtale`)
    const daemon = await Daemon.make(settings, `${process.env.SAMTALE_CONNECTION} user=samtale`)
    await daemon.start()
    return daemon
}

export function makeAccounts(daemon) {
    const add = (name, ...words) => run(['user', 'add', name, ...words, '--password-stdin', '--config', daemon.config], { input: `${PASSWORDS[name]}\n` })
    add('ann', '--role', 'admin')
    add('anna', '--role', 'analyst')
    add('sue', '--role', 'supervisor', '--team', 'North')
    add('ingrid', '--role', 'ingest')
    add('lone', '--role', 'agent', '--agent', 'a1')
}

export const makeToken = (daemon, account, ...scopes) =>
    run(['token', 'add', account, ...scopes.flatMap((scope) => ['--scope', scope]), '--for', 'tests', '--config', daemon.config]).trim()

/** Runs the program when it is expected to fail. @return {status, stderr} */
export function failing(args, input = '') {
    try {
        execFileSync(bin, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })
    } catch (error) {
        return { status: error.status, stderr: error.stderr }
    }
    throw new Error(`samtaled ${args.join(' ')} did not fail`)
}

/* ---- a small contact centre ------------------------------------------------------------------------------------------------- */

/** A leg: seconds after the hour of day. */
function leg(day, at, { queue = 'Sales', agent, team, wait, talk, hold = 0, wrap = 10, disposition = 'answered', transfer }) {
    const time = (s) => new Date(Date.parse(`${day}T${at}Z`) + s * 1000).toISOString()
    const answered = disposition === 'answered'
    return {
        queue, agent, team, queued_at: time(0), ...(answered && { answered_at: time(wait) }), ended_at: time(wait + (answered ? talk + hold : 0)), wait_ms: wait * 1000,
        ...(answered && { talk_ms: talk * 1000, hold_ms: hold * 1000, wrap_ms: wrap * 1000 }), disposition, ...(transfer && { transfer })
    }
}

const said = (i, speaker, text) => ({ i, speaker, start_ms: i * 5000, end_ms: i * 5000 + 4000, text })
const WORDS = [
    said(0, 'agent', 'Godmorgen, du taler med Lone, hvad kan jeg hjælpe med?'),
    said(1, 'customer', 'Hvor meget har jeg stående på min pension? 🙂'),
    said(2, 'agent', 'Du har 736 kroner.'),
    said(3, 'customer', 'Min far er død i sidste uge, og jeg ved ikke, hvad jeg skal gøre.'),
    said(4, 'agent', 'Det er jeg virkelig ked af at høre. Hvad får dig til at spørge om det nu?'),
    said(5, 'customer', 'Tak skal du have.')
]
let last = 0
const head = (channel, legs) => ({
    kind: 'conversation', source: 'pbx', id: `c${++last}`, version: 1, channel, direction: 'inbound', language: 'da', consent: { state: 'given', purpose: ['quality'] },
    offered_at: legs[0].queued_at, ended_at: legs.at(-1).ended_at, legs,
    parties: [...(legs[0].agent ? [{ id: legs[0].agent, role: 'agent', name: `Agent ${legs[0].agent}`, team: legs[0].team }] : []), { id: 'k', role: 'customer' }]
})
const north = { agent: 'a1', team: 'North' }, south = { agent: 'a2', team: 'South' }

/** 24 to 26 October 2026 in Copenhagen: summer time ends on the 25th, a day of 25 hours. Times here are UTC. */
export const MESSAGES = [
    // Saturday 24th: four answered (waits 5, 15, 25, 30 s), one long and one short abandon, one mail that lay for two hours
    head('voice', [leg('2026-10-24', '08:00:00', { ...north, wait: 5, talk: 100, hold: 20, wrap: 30 })]),
    head('voice', [leg('2026-10-24', '08:10:00', { ...south, wait: 15, talk: 200 })]),
    { ...head('voice', [leg('2026-10-24', '08:40:00', { ...north, wait: 25, talk: 300, transfer: 'blind' })]), turns: WORDS },
    head('chat', [leg('2026-10-24', '09:10:00', { ...south, wait: 30, talk: 400 })]),
    head('voice', [leg('2026-10-24', '09:20:00', { wait: 40, disposition: 'abandoned' })]),
    head('voice', [leg('2026-10-24', '09:21:00', { wait: 2, disposition: 'short_abandon' })]),
    head('email', [leg('2026-10-24', '10:00:00', { ...north, queue: 'Mail', wait: 7200, talk: 60 })]),
    // in Copenhagen already the 25th, in the hour that comes twice, and at its end
    head('voice', [leg('2026-10-24', '22:30:00', { ...south, wait: 1, talk: 10 })]),
    head('voice', [leg('2026-10-25', '00:30:00', { ...south, wait: 2, talk: 10 })]),
    head('voice', [leg('2026-10-25', '01:30:00', { ...south, wait: 3, talk: 10 })]),
    head('voice', [leg('2026-10-25', '22:59:00', { ...south, wait: 4, talk: 10 })]),
    // Monday the 26th
    head('voice', [leg('2026-10-25', '23:01:00', { ...south, wait: 6, talk: 10 })])
]

/** Without a time: in no day. */
export const UNDATED = {
    kind: 'transcript', source: 'paper', id: 'undated', language: 'da', channel: 'chat',
    turns: WORDS.map(({ i, speaker, text }) => ({ i, speaker, text }))
}

export async function fillCentre(client) {
    const lines = [...MESSAGES, UNDATED].map((message) => JSON.stringify(message)).join('\n')
    const answer = await client.post('/v1/messages', lines, { 'Content-Type': 'application/x-ndjson' })
    assert.deepEqual([answer.status, answer.json], [202, { accepted: MESSAGES.length + 1 }])
    await drained()
}
