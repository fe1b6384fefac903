/**
 * Reads a table written as text, cells between `|`: first the heading, then the rows, each of which begins with its own name.
 * Strict, because a cell that is misread is a rule that is not tested.
 * @throws Error for a heading other than the one expected, a row with too few or too many cells, an empty cell, a row twice.
 */
export function readTable<Column extends string, Cell extends string>(
  text: string,
  columns: readonly Column[],
  cells: readonly Cell[],
): readonly { readonly name: string; readonly cells: Readonly<Record<Column, Cell>> }[] {
  const [heading, ...rows] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const found = heading?.slice(1).join(' | ');
  if (found !== columns.join(' | ')) throw new Error(`the heading is "${found}", not "${columns.join(' | ')}"`);
  const names = new Set<string>();
  return rows.map(([name = '', ...row]) => {
    if (row.length !== columns.length) throw new Error(`"${name}" has ${row.length} cells, not ${columns.length}`);
    if (names.has(name)) throw new Error(`"${name}" stands here twice`);
    names.add(name);
    const unknown = row.find((cell) => !cells.includes(cell as Cell));
    if (unknown !== undefined) throw new Error(`"${name}" has a cell that means nothing: "${unknown}"`);
    return {
      name,
      cells: Object.fromEntries(columns.map((column, index) => [column, row[index]])) as Record<Column, Cell>,
    };
  });
}
