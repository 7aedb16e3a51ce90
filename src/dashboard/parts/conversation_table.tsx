// Rows of conversations through both lenses. The whole row is one link; on a phone a row is a block.
import { clock } from '../base/format';
import { conversationHref } from '../base/route';
import { figureText } from '../base/show';
import { instantText } from '../base/time';
import type { ConversationItem } from '../base/types';
import { formatLocale, t, term } from '../i18n';
import { languageText } from './filter_bar';
import { Glyph } from './glyph';

interface TableProps {
  items: readonly ConversationItem[];
  zone: string;
  back: Record<string, string>;
}

export function ConversationTable(props: TableProps) {
  return (
    <table class="talks">
      <thead>
        <tr>
          <td colSpan={2} />
          <th scope="colgroup" colSpan={3} class="group ink">
            {t('lens.efficiency')}
          </th>
          <th scope="colgroup" colSpan={3} class="group rose">
            {t('lens.opportunity')}
          </th>
        </tr>
        <tr>
          <th scope="col">{t('list.when')}</th>
          <th scope="col">{t('list.where')}</th>
          <th scope="col" class="num">
            {t('list.wait')}
          </th>
          <th scope="col" class="num">
            {t('list.handle')}
          </th>
          <th scope="col">{t('list.ending')}</th>
          <th scope="col" class="num">
            {t('list.index')}
          </th>
          <th scope="col">{t('list.openings')}</th>
          <th scope="col">{t('list.gaps')}</th>
        </tr>
      </thead>
      <tbody>
        {props.items.map((item) => (
          <Row key={item.id} item={item} zone={props.zone} back={props.back} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ item, zone, back }: { item: ConversationItem } & Pick<TableProps, 'zone' | 'back'>) {
  const when = item.started_at === null ? t('list.unknown_time') : instantText(formatLocale(), item.started_at, zone);
  const time = (ms: number | null) => (ms === null ? <span class="null">{t('figure.not_measured')}</span> : clock(ms));
  return (
    <tr>
      <th scope="row">
        <a class="row-link" href={conversationHref(item.id, back)}>
          {when}
        </a>
      </th>
      <td>
        <span class="where">{item.queues.length > 0 ? item.queues.join(' → ') : t('overview.no_queue')}</span>
        <span class="cell-base">
          {term('channel', item.channel)} · {languageText(item.language)}
        </span>
      </td>
      <td class="num" data-label={t('list.wait')}>
        {time(item.wait_ms)}
      </td>
      <td class="num" data-label={t('list.handle')}>
        {time(item.handle_ms)}
      </td>
      <td data-label={t('list.ending')}>{term('disposition', item.disposition)}</td>
      {item.scored ? <Measured item={item} /> : <NotMeasured item={item} />}
    </tr>
  );
}

function Measured({ item }: { item: ConversationItem }) {
  return (
    <>
      <td class="num strong rose" data-label={t('list.index')} data-null={item.index.value === null ? true : undefined}>
        {figureText(item.index)}
      </td>
      <td class="rose" data-label={t('list.openings')}>
        <Tally missed={item.opportunity_missed} all={item.opportunity_cues} />
      </td>
      <td class="rose" data-label={t('list.gaps')}>
        <Tally missed={item.empathy_gaps} all={item.empathy_cues} />
      </td>
    </>
  );
}

/** "2 of 3" with as many small lenses, hollow for the missed ones. */
function Tally({ missed, all }: { missed: number | null; all: number | null }) {
  if (missed === null || all === null) return <span class="null">{t('figure.not_measured')}</span>;
  if (all === 0) return <span class="null">{t('figure.no_occasion')}</span>;
  return (
    <span class="tally">
      {t('list.of', { n: missed, all })}
      {all <= 8 && (
        <span class="tally-glyphs">
          {Array.from({ length: all }, (_, k) => (
            <Glyph key={k} kind={k < missed ? 'hollow' : 'full'} />
          ))}
        </span>
      )}
    </span>
  );
}

function NotMeasured({ item }: { item: ConversationItem }) {
  const why = item.not_scored_because;
  return (
    <td colSpan={3} class="null not-measured">
      {t('figure.not_measured')}
      {why !== null && <span class="cell-base">{whyNot(why)}</span>}
    </td>
  );
}

/** Why a conversation is not measured, in a sentence; the API's own word when the page does not know it. */
export function whyNot(why: string): string {
  switch (why) {
    case 'no_transcript':
    case 'roles_unknown':
    case 'language':
    case 'purpose':
    case 'consent':
      return t(`why_not.${why}`);
    default:
      return why;
  }
}
