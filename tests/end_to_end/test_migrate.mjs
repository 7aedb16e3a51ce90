// The schema's number: migrating twice, a database that is newer or older than the program, one that another build made, a migration that fails
// in the middle; and a daemon that finds any of these does not touch the data.
import { Daemon, needPostgres, run, sql, until } from '../lib/samtaled.mjs'
import { spawnSync } from 'node:child_process'
import { bin } from '../lib/samtaled.mjs'
import { assert, atEnd, done, test } from '../lib/tap.mjs'

await needPostgres(import.meta.url)
const connection = `${process.env.SAMTALE_CONNECTION} user=postgres`
const newest = Number(sql('select max(n) from samtale.migration'))
const migrate = () => spawnSync(bin, ['migrate', '--connection', connection], { encoding: 'utf8' })
const restored = (table = 'samtale.migration') => sql(`create table public.kept as select * from ${table}`) || (() => sql(`truncate ${table}; insert into ${table} select * from public.kept; drop table public.kept`))
const daemon = await Daemon.make()
atEnd(() => daemon.finish())

await test('a second time there is nothing to do', () => {
    assert.equal(run(['migrate', '--connection', connection]), `the schema is up to date (${newest})\n`)
})

await test('a database that is newer is left alone, by migrate and by the daemon', async () => {
    const back = restored()
    sql(`insert into samtale.migration select * from jsonb_populate_record((select m from samtale.migration m where n = ${newest}), '{"n": 9000}')`)
    const { status, stderr } = migrate()
    assert.equal(status, 1)
    assert.match(stderr, new RegExp(`the database has schema 9000, this program knows ${newest}: install the newer samtaled`))
    await daemon.start(false)
    assert.equal(await daemon.ended, 1)
    assert.match(daemon.said(), /run\.cannot reason="the database has schema 9000/)
    back()
})

await test('one that another build made is told from this program\'s, by its file', () => {
    const back = restored()
    sql(`update samtale.migration set hash = md5('another') where n = 1`)
    const { status, stderr } = migrate()
    assert.equal(status, 1)
    assert.match(stderr, /this database was made by another 0001_inbox\.sql than this program's/)
    back()
})

await test('one that is older is refused by the daemon; a migration that fails changes nothing and is named', async () => {
    const back = restored(), before = daemon.said().length
    sql(`delete from samtale.migration where n = ${newest}`)
    await daemon.start(false)
    assert.equal(await daemon.ended, 1)
    assert.match(daemon.said().slice(before), new RegExp(`the database has schema ${newest - 1}, this program needs ${newest}: run \\\\?"samtaled migrate`))
    sql('delete from samtale.migration where n > 1') // 0002 makes what is there already
    const { status, stdout, stderr } = migrate()
    assert.equal(status, 1)
    assert.match(stderr, /^samtaled migrate: sql\/migrations\/0002_[a-z_]+\.sql: .*already exists/)
    assert.equal(stdout, '')
    assert.equal(sql('select max(n) from samtale.migration'), '1')
    back()
    await daemon.start()
    await until(() => daemon.said().includes('ingest.open'), 'the daemon works')
})

await done()
