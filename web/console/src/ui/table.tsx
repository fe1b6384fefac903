import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly id: string;
  /** The heading. Also said beside the value where the screen is too narrow for columns. */
  readonly heading: string;
  readonly cell: (row: Row) => ReactNode;
  /** The heading is said and not shown: for a column of buttons. */
  readonly isHeadingHidden?: boolean;
  /** The cell names its row. */
  readonly isRowHeading?: boolean;
}

export interface TableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
}

/**
 * A table; on narrow screens each row becomes a card. The roles are written out because a table that is laid out otherwise is no
 * longer one to assistive technology.
 */
export function Table<Row>({ label, columns, rows, rowId }: TableProps<Row>) {
  return (
    <table className="table" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ id, heading, isHeadingHidden }) => (
            <th key={id} scope="col">
              {isHeadingHidden === true ? <span className="visually-hidden">{heading}</span> : heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowId(row)}>
            {columns.map((column) => (
              <Cell key={column.id} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell<Row>({ column, row }: { readonly column: Column<Row>; readonly row: Row }) {
  const content = column.cell(row);
  const label = column.isHeadingHidden === true || column.isRowHeading === true ? undefined : column.heading;
  return column.isRowHeading === true ? <th scope="row">{content}</th> : <td data-label={label}>{content}</td>;
}
