"""Issue forms and templates written for the tests."""

BUG = """\
name: Bug report
description: Something does not work
title: "[Bug]: "
labels: [bug, "needs triage"]
assignees: mira, tomek
projects: ["acme/4"]
type: Bug
body:
  - type: markdown
    attributes:
      value: |
        Thank you! **Please search first.**
  - type: input
    id: summary
    attributes:
      label: Summary
      description: One line
      placeholder: Sync stops at 40 %
    validations:
      required: true
  - type: textarea
    id: what-happened
    attributes:
      label: What happened?
      value: |
        1.
        2.
    validations:
      required: true
      min_length: 10
  - type: textarea
    attributes:
      label: Log output
      render: shell
  - type: dropdown
    id: version
    attributes:
      label: Version
      options:
        - "2.0"
        - "2.1 (beta)"
      default: 1
    validations:
      required: true
  - type: dropdown
    id: systems
    attributes:
      label: Affected systems
      multiple: true
      options: [Linux, macOS, Windows]
  - type: checkboxes
    id: terms
    attributes:
      label: Before you send
      options:
        - label: I agree to follow the [rules](https://example.org/rules)
          required: true
        - label: >
            I would like to help
  - type: upload
    id: files
    attributes:
      label: Screenshots
      description: Pictures of the screen
    validations:
      required: true
      accept: ".png, JPG,log"
"""

RUSSIAN = """\
name: Сообщить об ошибке
description: Что-то не работает
body:
  - type: input
    attributes:
      label: Краткое описание
  - type: textarea
    attributes:
      label: Опишите проблему
    validations:
      required: true
  - type: textarea
    attributes:
      label: Шаги для воспроизведения
  - type: textarea
    attributes:
      label: Ожидаемое поведение
  - type: textarea
    attributes:
      label: Фактический результат
  - type: textarea
    attributes:
      label: Текст ошибки
  - type: input
    attributes:
      label: Версия программы
  - type: dropdown
    attributes:
      label: Операционная система
      options: [Windows, Linux]
  - type: input
    attributes:
      label: Номер телефона
  - type: checkboxes
    attributes:
      label: Кодекс поведения
      options:
        - label: Я согласен соблюдать правила
          required: true
"""

UKRAINIAN = """\
name: Повідомити про помилку
description: Щось не працює
body:
  - type: textarea
    attributes: {label: Що сталося?}
  - type: textarea
    attributes: {label: Кроки для відтворення}
  - type: textarea
    attributes: {label: Очікувана поведінка}
  - type: textarea
    attributes: {label: Повідомлення про помилку}
  - type: input
    attributes: {label: Версія застосунку}
  - type: textarea
    attributes: {label: Середовище}
  - type: input
    attributes: {label: Електронна пошта}
  - type: textarea
    attributes: {label: Що ви вже пробували?}
"""

POLISH = """\
name: Zgłoszenie błędu
description: Coś nie działa
body:
  - type: textarea
    attributes: {label: Opis problemu}
  - type: textarea
    attributes: {label: Kroki do odtworzenia}
  - type: textarea
    attributes: {label: Oczekiwane zachowanie}
  - type: textarea
    attributes: {label: Komunikat błędu}
  - type: input
    attributes: {label: Wersja aplikacji}
  - type: dropdown
    attributes: {label: System operacyjny, options: [Windows, Linux]}
  - type: input
    attributes: {label: Adres e-mail}
  - type: dropdown
    attributes: {label: Priorytet, options: [niski, wysoki]}
"""

GITEA = """\
name: Bug
about: For the other forge
ref: main
body:
  - type: markdown
    attributes:
      value: Only on the form.
  - type: markdown
    visible: [content]
    attributes:
      value: Written into every issue.
  - type: input
    id: count
    attributes:
      label: How many?
      value: "3"
    visible: [content]
    validations:
      is_number: true
  - type: input
    id: code
    attributes:
      label: Code
    validations:
      regex: "[A-Z]{3}[0-9]+"
  - type: dropdown
    id: parts
    attributes:
      label: Parts
      multiple: true
      list: true
      options: [Case, Lid, Foot]
  - type: checkboxes
    id: boxes
    attributes:
      label: Boxes
      options:
        - label: seen
        - label: only shown
          visible: [form]
"""

TEMPLATE = """\
---
name: Bug report
about: Tell us what is broken
title: "[BUG] "
labels: bug, triage
assignees: ''
type: Bug
---
<!-- Please search before you write. -->
**Describe the bug**
A few sentences about it.

**To reproduce**
<!-- One step a line. -->
1.
2.

**Setup (please complete):**
 - OS: [e.g. Debian 12]
 - Browser [e.g. Firefox]

## Log

Run it with `-v` and paste what it says:

```text
paste here
```

## Proposal

## Checklist

- [ ] I searched for similar issues
- [x] I can help

---
"""

GITLAB = """\
## Summary

<!-- What is it about? -->

## What happens

<!-- Tell it in your words. -->

<!-- Put the job's definition below. -->
<details>
<summary> the job </summary>

```yml
your job
```
</details>

/label ~bug ~"group::tools"
/assign @mira
"""
