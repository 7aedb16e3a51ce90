// messages.mjs: a plan of messages for the tests of "nothing lost, nothing twice": sample weeks, some sent twice, some in two parts, some
// in an older version too, some poison. The order is the caller's: in the plan's own order everything is undisturbed.
import { run } from './samtaled.mjs'

/** mulberry32: the same numbers from the same seed. */
export function chanceOf(seed) {
    let state = seed >>> 0
    return () => {
        state = (state + 0x6d2b79f5) >>> 0
        let t = state
        t = Math.imul(t ^ (t >>> 15), t | 1)
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296
    }
}

/** Fisher and Yates, in place. */
export function shuffle(list, chance) {
    for (let i = list.length - 1; i > 0; i--) {
        const j = Math.floor(chance() * (i + 1));
        [list[i], list[j]] = [list[j], list[i]]
    }
    return list
}

const bytes = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const recordKeys = ['direction', 'consent', 'customer', 'offered_at', 'ended_at', 'legs']

/** A conversation message as record and transcript. */
function inTwo(message) {
    const record = { ...message, kind: 'record' }
    delete record.turns
    const words = { ...message, kind: 'transcript' }
    for (const key of recordKeys) delete words[key]
    return [record, words]
}

/** The same message as it was a minute before: another wrap time, an older version. */
function older(message) {
    const before = structuredClone(message)
    before.updated_at = new Date(Date.parse(message.updated_at) - 60000).toISOString()
    for (const leg of before.legs ?? []) if (leg.wrap_ms !== undefined) leg.wrap_ms += 1000
    for (const turn of (before.turns ?? []).slice(0, 1)) turn.text += ' hmm'
    return before
}

const poisons = [
    () => bytes('{"kind":"record","source":"telephony"'),
    () => bytes('no JSON at all'),
    () => Buffer.from([0xff, 0xfe, 0x00, 0x01, 0x80]),
    (n) => bytes({ kind: 'record', source: 'telephony', legs: [{ queue: `no id ${n}` }] }),
    (n) => bytes({ kind: 'surprise', source: 'telephony', id: `P${n}` }),
    () => bytes('[' .repeat(200))
]

/** @return messages {body: Buffer} in an order in which each is sent once and the newest version of everything comes last */
export function planOf({ weeks = 4, seed = 5, twice = 0.3, apart = 0.3, outdated = 0.05, poison = 0.005, end = '2026-03-29' }) {
    const chance = chanceOf(seed)
    const newest = new Map()
    for (const line of run(['sample', '--weeks', `${weeks}`, '--seed', `${seed}`, '--end', end], { stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')) {
        if (!line) continue
        const message = JSON.parse(line)
        const key = `${message.kind === 'conversation' ? 'record' : message.kind} ${message.source} ${message.id ?? `${message.agent.id} ${message.states[0].from}`}`
        const known = newest.get(key)
        if (!known || (message.updated_at ?? '') >= (known.updated_at ?? '')) newest.set(key, message)
    }
    const ordered = []
    let n = 0
    for (const message of newest.values()) {
        const split = message.kind === 'conversation' && chance() < apart / 2 * 3
        for (const part of split ? inTwo(message) : [message]) {
            if (part.updated_at && chance() < outdated) ordered.push({ body: bytes(older(part)) })
            ordered.push({ body: bytes(part), twice: chance() < twice })
        }
        if (chance() < poison) ordered.push({ body: poisons[n % poisons.length](n++) })
    }
    return ordered
}
