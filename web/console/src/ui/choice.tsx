import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';

export interface ExplainedChoice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly explanation: string;
}

export interface ChoiceGroupProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly ExplainedChoice<Value>[];
  readonly onChange: (value: Value) => void;
}

/** One of two or three, each with what it means. */
export function ChoiceGroup<Value extends string>({ label, value, choices, onChange }: ChoiceGroupProps<Value>) {
  return (
    <RadioGroup className="field" value={value} onChange={(chosen) => onChange(chosen as Value)}>
      <Label className="label">{label}</Label>
      <div className="choices">
        {choices.map((choice) => (
          <Radio key={choice.value} value={choice.value} className="choice">
            <span className="choice-label">{choice.label}</span>
            <span className="choice-note">{choice.explanation}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
