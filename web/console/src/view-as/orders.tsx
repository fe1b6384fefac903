import { useState } from 'react';
import { graphql } from '../generated/gql.js';
import type { OrdersOfViewerQuery } from '../generated/graphql.js';
import { useQuery } from '../graphql/use-query.js';
import type { Impersonation, Person } from '../identity/identity.js';
import { Button } from '../ui/button.js';
import { HiddenIcon } from '../ui/icons.js';
import { Empty, Failure, Loading } from '../ui/states.js';
import { type Column, Table } from '../ui/table.js';
import { DateTime } from '../ui/time.js';
import { NoteDialog } from './note-dialog.js';
import { PasswordDialog } from './password-dialog.js';

const OrdersOfViewer = graphql(`
  query OrdersOfViewer {
    orders {
      id
      title
      totalCents
      placedAt
      deliveryNote
      cardLast4
    }
  }
`);

export type Order = OrdersOfViewerQuery['orders'][number];

const PRICE = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export interface OrdersProps {
  readonly viewer: Person;
  readonly impersonation: Impersonation | null;
}

/** The example shop's orders as the viewer gets them, and two changes to try: one that full access allows, one that nothing does. */
export function Orders({ viewer, impersonation }: OrdersProps) {
  const { data, error, isPending, refetch } = useQuery(OrdersOfViewer, {});
  const [edited, setEdited] = useState<Order | null>(null);
  const [changesPassword, setChangesPassword] = useState(false);
  const orders = data?.orders ?? [];

  return (
    <section className="stack" aria-labelledby="orders">
      <div className="section-head">
        <div>
          <h2 id="orders">Orders</h2>
          <p className="muted">From the example shop, as {viewer.name} gets them.</p>
        </div>
        <Button onPress={() => setChangesPassword(true)}>Change password…</Button>
      </div>
      {isPending ? (
        <Loading what="orders" />
      ) : error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : orders.length === 0 ? (
        <Empty title={`${viewer.name} has no orders.`} />
      ) : (
        <Table
          label="Orders"
          rows={orders}
          rowId={({ id }) => id}
          columns={columns(impersonation !== null, setEdited)}
        />
      )}
      {edited === null ? null : (
        <NoteDialog
          order={edited}
          viewer={viewer}
          onClose={() => setEdited(null)}
          onSaved={() => {
            setEdited(null);
            void refetch();
          }}
        />
      )}
      {changesPassword ? <PasswordDialog viewer={viewer} onClose={() => setChangesPassword(false)} /> : null}
    </section>
  );
}

function columns(isImpersonating: boolean, onEdit: (order: Order) => void): readonly Column<Order>[] {
  return [
    {
      id: 'title',
      heading: 'Order',
      isRowHeading: true,
      cell: ({ title, id }) => (
        <>
          <span className="strong">{title}</span>
          <span className="cell-note">{id}</span>
        </>
      ),
    },
    { id: 'placedAt', heading: 'Placed', cell: ({ placedAt }) => <DateTime value={placedAt} /> },
    {
      id: 'total',
      heading: 'Total',
      cell: ({ totalCents }) => <span className="numeric">{PRICE.format(totalCents / 100)}</span>,
    },
    {
      id: 'card',
      heading: 'Card',
      cell: ({ cardLast4 }) =>
        isImpersonating ? (
          <Hidden />
        ) : (
          <span className="numeric">{cardLast4 === null ? '—' : `•••• ${cardLast4}`}</span>
        ),
    },
    {
      id: 'note',
      heading: 'Delivery note',
      cell: ({ deliveryNote }) => deliveryNote ?? <span className="muted">none</span>,
    },
    {
      id: 'actions',
      heading: 'Actions',
      isHeadingHidden: true,
      cell: (order) => (
        <Button kind="quiet" aria-label={`Edit the note of ${order.title}`} onPress={() => onEdit(order)}>
          Edit the note
        </Button>
      ),
    },
  ];
}

/** A sensitive field: the gateway leaves it out while impersonating, so nobody here knows whether it has a value. */
function Hidden() {
  return (
    <span className="hidden-value" title="Sensitive: only the person themselves can see it.">
      <HiddenIcon />
      Hidden
    </span>
  );
}
