// test_fit.mjs: every page at a desk's and a phone's width, light and dark: it fits its window, says nothing on the console, and axe finds no serious
// violation of WCAG 2.2 AA.
import { assert, test } from '../lib/tap.mjs'
import { needPostgres } from '../lib/samtaled.mjs'

await needPostgres(import.meta.url)
const { ODD, PLANNED } = await import('./centre.mjs')
const { overflow, violations } = await import('./chromium.mjs')
const { settled, signIn, Visit, WEEKS } = await import('./visit.mjs')

let visit
await test('someone is signed in', async () => {
    visit = await Visit.begin()
    const page = await visit.at('')
    await signIn(page)
    await page.waitForSelector('.head nav')
    await page.close()
})
const at = (...where) => visit.at(...where)
const idOf = (external) => visit.idOf(external)

const PAGES = [['overview', `#/?${WEEKS}`], ['list', `#/conversations?${WEEKS}`], ['conversation', ''], ['definitions', '#/definitions'],
    ['figures', `#/figures?${WEEKS}`], ['budget', `#/budget?${WEEKS}&queue=${PLANNED}`]]
for (const scheme of ['light', 'dark']) {
    for (const width of [1440, 390]) {
        for (const [name, hash] of PAGES) {
            await test(`${name} at ${width} px in ${scheme}: fits, is quiet, is accessible`, async () => {
                const page = await at(hash === '' ? `#/conversations/${await idOf(ODD.id)}` : hash, width, scheme)
                if (name === 'overview') await page.waitForSelector('.chart svg')
                assert.equal(await overflow(page), 0, 'wider than its window')
                assert.deepEqual(await violations(page), [])
                assert.deepEqual(page.faults, [])
                const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
                const bright = Math.max(...ground.match(/[\d.]+/g).slice(0, 3).map(Number))
                assert.equal(bright > 128 ? 'light' : 'dark', scheme)
                await page.close()
            })
        }
    }
}
await test('nothing is wider than its window at any size between', async () => {
    const page = await at(`#/?${WEEKS}`)
    for (const hash of [`#/?${WEEKS}`, `#/figures?${WEEKS}`, `#/budget?${WEEKS}&queue=${PLANNED}`, `#/conversations?${WEEKS}`, `#/conversations/${await idOf(ODD.id)}`]) {
        await page.goto('about:blank')
        await page.goto(`${visit.url}/${hash}`)
        await settled(page)
        for (const width of [320, 620, 768, 901, 1024, 1081, 1200, 1920]) {
            await page.setViewportSize({ width, height: 900 })
            assert.equal(await overflow(page), 0, `${hash} at ${width} px`)
        }
    }
    await page.close()
})
for (const language of ['da', 'nb', 'sv']) {
    await test(`the pages fit a phone in ${language}, too`, async () => {
        const page = await at('', 390)
        await page.evaluate((tag) => localStorage.setItem('samtale.locale', tag), language)
        for (const hash of [`#/?${WEEKS}`, `#/figures?${WEEKS}`, `#/budget?${WEEKS}&queue=${PLANNED}`, `#/conversations?${WEEKS}`]) {
            await page.goto('about:blank')
            await page.goto(`${visit.url}/${hash}`)
            await settled(page)
            assert.equal(await page.getAttribute('html', 'lang'), language)
            assert.equal(await overflow(page), 0, hash)
        }
        await page.close()
    })
}
await test('the daemon ends in order', async () => assert.equal(await visit.end(), 0))
