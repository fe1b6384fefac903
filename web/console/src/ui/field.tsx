import type { ReactNode, RefObject } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField, type TextFieldProps } from 'react-aria-components/TextField';

export interface FieldProps extends Omit<TextFieldProps, 'className' | 'style' | 'children'> {
  readonly label: string;
  /** What helps to fill it in. */
  readonly description?: ReactNode;
  /** Why the value is not acceptable. */
  readonly error?: string | null;
  /** More than one line. */
  readonly rows?: number;
  readonly placeholder?: string;
  /** Set in a fixed-width face: tokens, ids, queries. */
  readonly code?: boolean;
  /** The control of a field with `rows`: whoever refuses what was typed leads the person back to it. */
  readonly areaRef?: RefObject<HTMLTextAreaElement | null>;
}

/**
 * A labelled text field with its description and its error, tied together for those who do not see them. Browsers keep nothing of it unless
 * told otherwise: reasons and notes are about customers, and the next person may sit at the same screen.
 */
export function Field({
  label,
  description,
  error = null,
  rows,
  placeholder = '',
  code = false,
  areaRef,
  autoComplete = 'off',
  ...props
}: FieldProps) {
  const className = code ? 'input input-code' : 'input';
  return (
    <TextField {...props} autoComplete={autoComplete} className="field" isInvalid={error !== null}>
      <Label className="label">
        {label}
        {props.isRequired === true ? <span className="label-note"> (required)</span> : null}
      </Label>
      {rows === undefined ? (
        <Input className={className} placeholder={placeholder} />
      ) : (
        <TextArea
          {...(areaRef === undefined ? {} : { ref: areaRef })}
          className={className}
          rows={rows}
          placeholder={placeholder}
        />
      )}
      {description === undefined ? null : (
        <Text slot="description" className="field-note">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
