// samtaled.mjs: the real program for tests. What with_postgres.sh exports is used: PGHOST and so on, SAMTALE_CONNECTION, SAMTALE_TEST_DIR.
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'

export const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
export const bin = process.env.SAMTALE_BIN ?? path.join(top, 'build/samtaled')
export const dir = process.env.SAMTALE_TEST_DIR
export { pause }

/** Starts this test file again below with_postgres.sh when it was started without a server. Call it first. */
export function needPostgres(file, ...options) {
    if (dir) return
    const status = spawnAndWait(path.join(top, 'tests/with_postgres.sh'), [...options, process.execPath, fileURLToPath(file)])
    return status.then((code) => process.exit(code))
}

function spawnAndWait(command, args) {
    const child = spawn(command, args, { stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    return new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ? 1 : code)))
}

/** Runs the program to its end. @return what it printed; throws with stderr in the message when it fails */
export function run(args, options = {}) {
    return execFileSync(bin, args, { encoding: 'utf8', maxBuffer: 1 << 30, ...options })
}

/** Runs SQL in psql as the superuser. @return its output, fields separated by | */
export function sql(text, env = {}) {
    return execFileSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'], {
        input: text, encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, ...env }
    }).replace(/\n$/, '')
}

/** Deletes every conversation and what came of it. Not by truncate: it waits for nobody to look, and the chores look at some of these every second. */
export function empty() {
    const tables = ['inbox', 'conversation_key', 'part', 'part_conflict', 'conversation', 'leg', 'party', 'finding', 'moment', 'conversation_score', 'survey',
        'outcome', 'rollup_half_hour', 'rollup_opportunity', 'rollup_outcome', 'dead_letter', 'link_unit', 'link_due', 'tombstone']
    sql(tables.map((table) => `delete from samtale.${table};`).join(' '))
}

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export function freePort() {
    return new Promise((resolve, reject) => {
        const server = net.createServer().once('error', reject).listen(0, '127.0.0.1', () => {
            const { port } = server.address()
            server.close(() => resolve(port))
        })
    })
}

/** Waits until look() gives something true. */
export async function until(look, what, seconds = 60) {
    const end = Date.now() + seconds * 1000
    for (;;) {
        const got = await look()
        if (got) return got
        if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`)
        await pause(50)
    }
}

/** The daemon: a process, its configuration, its address. `program` and `env` may be set before it is started. */
export class Daemon {
    /** @param settings lines by section, {http: {x: 1}}; @param connection of libpq */
    static async make(settings = {}, connection = `${process.env.SAMTALE_CONNECTION} user=postgres`) {
        const daemon = new Daemon()
        daemon.port = await freePort()
        daemon.url = `http://127.0.0.1:${daemon.port}`
        daemon.config = path.join(dir, `samtaled-${daemon.port}.conf`)
        daemon.log = path.join(dir, `samtaled-${daemon.port}.log`)
        const all = { ...settings, database: { connection, ...settings.database }, http: { listen: `127.0.0.1:${daemon.port}`, ...settings.http },
            privacy: { key_file: path.join(dir, 'key'), ...settings.privacy } }
        writeFileSync(daemon.config, Object.entries(all)
            .map(([section, rows]) => `[${section}]\n${Object.entries(rows).map(([name, value]) => `${name} = ${value}\n`).join('')}`).join('\n'))
        return daemon
    }

    /** Starts it and waits until it is ready, or, with ready = false, only until it runs. */
    async start(ready = true) {
        const log = openSync(this.log, 'a')
        this.child = spawn(this.program ?? bin, ['run', '--config', this.config], { stdio: ['ignore', log, log], env: { ...process.env, ...this.env } })
        closeSync(log)
        this.ended = new Promise((resolve) => this.child.on('close', (code, signal) => {
            this.child = null
            resolve(signal ?? code)
        }))
        if (ready) await this.ready()
    }

    async ready(seconds = 60) {
        await until(async () => {
            if (!this.child) throw new Error(`the daemon ended: ${this.said().split('\n').slice(-5).join('\n')}`)
            return fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false)
        }, 'the daemon is ready', seconds)
    }

    said() {
        return existsSync(this.log) ? readFileSync(this.log, 'utf8').trimEnd() : ''
    }

    /** @return exit status, or the signal's name */
    async stop(signal = 'SIGTERM') {
        const { ended } = this
        this.child?.kill(signal)
        return ended
    }

    /** For atEnd(): told to stop it stops by itself, with status 0, or the test fails. */
    async finish(seconds = 30) {
        if (!this.child) return
        const killed = setTimeout(() => this.child?.kill('SIGKILL'), seconds * 1000)
        const status = await this.stop()
        clearTimeout(killed)
        if (status === 0) return
        process.exitCode = 1
        console.log(`not ok - the daemon stops when told to: ${status}\n# ${this.said().split('\n').slice(-20).join('\n# ')}`)
    }
}

/** Waits until the queue is empty: every message has become a result or a dead letter. */
export function drained(seconds = 120) {
    return until(() => sql('select count(*) from samtale.inbox') === '0', 'the queue is empty', seconds)
}
