// The list behind every number: newest first, both lenses on each row, filters in the address, more by cursor.
import { useEffect, useState } from 'preact/hooks';
import { ApiError, api } from '../base/api';
import { listQuery, readFilters, type Filters } from '../base/filters';
import { useRead, useTitle } from '../base/hooks';
import { href, queryText, type Route } from '../base/route';
import { rangeText } from '../base/time';
import type { Choices, ConversationList } from '../base/types';
import { formatLocale, t } from '../i18n';
import { ConversationTable } from '../parts/conversation_table';
import { FilterBar, periodOf } from '../parts/filter_bar';
import { Empty, Failure, Loading } from '../parts/states';

export function ConversationsPage(props: { route: Route; choices: Choices }) {
  useTitle(t('list.title'));
  const asked = readFilters(props.route.query);
  const period = periodOf(asked, props.choices);
  const filters = { ...asked, ...period };
  const query = queryText({ ...listQuery(filters), limit: '50' });
  const change = (wanted: Partial<Filters>): void => {
    location.hash = href('conversations', listQuery({ ...asked, ...wanted }));
  };
  return (
    <div class="page list-page">
      <header class="page-head">
        <h1>{t('list.title')}</h1>
        <p class="page-sub">{rangeText(formatLocale(), period.from, period.to)}</p>
      </header>
      <FilterBar filters={asked} choices={props.choices} period={period} change={change} list />
      <List key={query} query={query} back={listQuery(asked)} />
    </div>
  );
}

/** Rows of one CSV: what the API gives on a page at most. */
const CSV_ROWS = 200;

function List(props: { query: string; back: Record<string, string> }) {
  const first = useRead(props.query, (signal) => api.conversations(props.query, signal));
  const [more, setMore] = useState<ConversationList[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  useEffect(() => setMore([]), [first.data]);
  if (first.error !== null) return <Failure error={first.error} again={first.again} />;
  if (first.data === null) return <Loading />;
  const pages = [first.data, ...more];
  const items = pages.flatMap((page) => page.items);
  const cursor = pages[pages.length - 1]?.next_cursor ?? null;
  if (items.length === 0) return <Empty title={t('list.empty')} />;
  const next = (): void => {
    setBusy(true);
    setError(null);
    const query = `${props.query}&cursor=${encodeURIComponent(cursor ?? '')}`;
    api
      .conversations(query, new AbortController().signal)
      .then((page) => setMore((old) => [...old, page]))
      .catch((failure: unknown) => setError(failure instanceof ApiError ? failure : new ApiError('internal', 0, String(failure), null)))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <ConversationTable items={items} zone={first.data.time_zone} back={props.back} />
      {error !== null && <Failure error={error} />}
      <p class="list-foot">
        <span role="status">{t('list.shown', { n: items.length })}</span>
        {cursor === null ? (
          <span class="quiet">{t('list.end')}</span>
        ) : (
          <button type="button" class="button" disabled={busy} onClick={next}>
            {t(busy ? 'loading' : 'list.more')}
          </button>
        )}
        <a class="more" href={`v1/conversations${props.query.replace('limit=50', `limit=${CSV_ROWS}`)}&format=csv`} download="conversations.csv">
          {t(items.length > CSV_ROWS || cursor !== null ? 'list.csv' : 'overview.csv', { n: CSV_ROWS })}
        </a>
      </p>
    </>
  );
}
