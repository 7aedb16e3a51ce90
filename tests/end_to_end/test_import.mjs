// samtaled import against a real queue without a daemon: what is cut how, what is refused and told, what is waited for.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { bin, dir, needPostgres, sql, until } from '../lib/samtaled.mjs'
import { assert, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)

const config = process.env.SAMTALE_CONFIG
const message = (n, more = {}) => JSON.stringify({ kind: 'record', source: 'pbx', id: `r${n}`, ...more })
const file = (name, text) => {
    const at = path.join(dir, name)
    writeFileSync(at, text)
    return at
}
const imported = (...args) => spawnSync(bin, ['import', '--config', config, ...args], { encoding: 'utf8', timeout: 60000 })
const queue = () => sql("select string_agg(convert_from(body, 'UTF8'), '|' order by id) from samtale.inbox")
const empty = () => sql('delete from samtale.inbox')

for (const [what, text] of [
    ['JSON Lines', `${message(1)}\n${message(2)}\n${message(3)}\n`],
    ['lines with other ends and blanks', `${message(1)}\r\n\n  ${message(2)}\n\n${message(3)}`],
    ['documents one after another', `${message(1)}${message(2)} ${message(3)}`],
    ['an array', `[${message(1)},\n ${message(2)}, ${message(3)}]\n`]
]) await test(`${what}: each message is one row, in order, in the import lane`, () => {
    empty()
    const said = imported(file('three', text))
    assert.equal(said.status, 0, said.stderr)
    assert.match(said.stdout, /^3 messages imported\n$/)
    assert.equal(queue(), [1, 2, 3].map((n) => message(n)).join('|'))
    assert.equal(sql('select distinct lane from samtale.inbox'), '1')
})

await test('standard input is a file, and several files come in their order', () => {
    empty()
    execFileSync(bin, ['import', '--config', config, file('first', message(1)), '-'], { input: message(2), stdio: ['pipe', 'ignore', 'inherit'] })
    assert.equal(queue(), `${message(1)}|${message(2)}`)
})

await test('source and kind of the command line go with each message', () => {
    empty()
    assert.equal(imported('--source', 'genesys', '--kind', 'record', file('one', message(1))).status, 0)
    assert.equal(sql("select source || ' ' || kind from samtale.inbox"), 'genesys record')
})

await test('a message over the limit is told with its line; the others go in', () => {
    empty()
    sql('update samtale.inbox_state set size_limit = 1000')
    const said = imported(file('mixed', [message(1), message(2, { note: 'x'.repeat(2000) }), message(3)].join('\n')))
    sql('update samtale.inbox_state set size_limit = 16777216')
    assert.equal(said.status, 1)
    assert.match(said.stdout, /^2 messages imported, 1 refused\n$/)
    assert.match(said.stderr, /mixed:2: .*over the limit of 1000 bytes/)
    assert.equal(queue(), `${message(1)}|${message(3)}`)
})

await test('any bytes go in: what they are is for the daemon to say', () => {
    empty()
    assert.equal(imported(file('bytes', Buffer.from([0xff, 0, 1, 0x80]))).status, 0)
    assert.equal(sql("select encode(body, 'hex') from samtale.inbox"), 'ff000180')
})

await test('empty files hold no message', () => assert.match(imported(file('empty', ''), file('blank', '\n\n')).stdout, /^0 messages imported\n$/))

await test('what cannot be read is named', () => {
    mkdirSync(path.join(dir, 'folder'), { recursive: true })
    for (const [name, why] of [['nowhere', /No such file/], ['folder', /Is a directory/]]) {
        const said = imported(path.join(dir, name))
        assert.equal(said.status, 1)
        assert.match(said.stderr, why)
    }
    assert.equal(imported().status, 2)
    assert.equal(imported('--colour', 'x').status, 2)
})

await test('a full queue is waited for', async () => {
    empty()
    sql("update samtale.inbox_state set backlog_limit = 2; select setval('samtale.inbox_import_id', 100); update samtale.inbox_state set done_to = 100")
    const child = spawn(bin, ['import', '--config', config, file('five', [1, 2, 3, 4, 5].map((n) => message(n)).join('\n'))], { stdio: ['ignore', 'pipe', 'pipe'] })
    let told = ''
    child.stderr.on('data', (text) => { told += text })
    const ended = new Promise((resolve) => child.on('close', resolve))
    await until(() => told.includes('the queue is full'), 'it says that it waits')
    assert.equal(sql('select count(*) from samtale.inbox'), '0')
    sql('update samtale.inbox_state set backlog_limit = 1000')
    assert.equal(await ended, 0)
    assert.equal(sql('select count(*) from samtale.inbox'), '5')
})

await test('no database is one sentence', () => {
    const elsewhere = file('elsewhere.conf', '[database]\nconnection = host=/nowhere dbname=samtale\n')
    const said = spawnSync(bin, ['import', '--config', elsewhere, file('one', message(1))], { encoding: 'utf8', timeout: 60000 })
    assert.equal(said.status, 1)
    assert.match(said.stderr, /^samtaled import: .*\/nowhere.*\n$/)
})

await done()
