"""Two ways to work a page: with a pointer or a finger, and with the keyboard alone."""

from pathlib import Path
from typing import Protocol

from playwright.sync_api import Error, Locator, Page, expect

#: More stops than any of our pages has.
_MAX_STOPS = 200


class Hands(Protocol):
    """What every story does to a page."""

    def press(self, page: Page, target: Locator) -> None:
        """Press a link or a button."""

    def write(self, page: Page, target: Locator, text: str) -> None:
        """Write into an empty field."""

    def select(self, page: Page, target: Locator, label: str) -> None:
        """Select one entry of a list by its text."""

    def mark(self, page: Page, target: Locator) -> None:
        """Mark a radio button or a checkbox."""

    def attach(self, page: Page, target: Locator, file: Path) -> None:
        """Attach a file."""


class Pointer:
    """Works with a mouse, or with a finger where the window has a touch screen."""

    def press(self, page: Page, target: Locator) -> None:
        """Click where a person would."""
        target.click()

    def write(self, page: Page, target: Locator, text: str) -> None:
        """Fill the field at once."""
        target.fill(text)

    def select(self, page: Page, target: Locator, label: str) -> None:
        """Select, as the list of the system does."""
        target.select_option(label=label)

    def mark(self, page: Page, target: Locator) -> None:
        """Click the words beside the box: the box itself is drawn."""
        if not target.is_checked():
            page.locator(f"label[for='{target.get_attribute('id')}']").click()
        expect(target).to_be_checked()

    def attach(self, page: Page, target: Locator, file: Path) -> None:
        """Choose the file in the system's dialog."""
        target.set_input_files(file)


class Keyboard:
    """Works with Tab, Enter, Space, arrows and letters only, and must always see where it is."""

    def press(self, page: Page, target: Locator) -> None:
        """Go there and press Enter."""
        self._go(page, target)
        page.keyboard.press("Enter")

    def write(self, page: Page, target: Locator, text: str) -> None:
        """Go there and type."""
        self._go(page, target)
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        expect(target).to_have_value(text)

    def select(self, page: Page, target: Locator, label: str) -> None:
        """Open the list, go down to the entry, take it."""
        self._go(page, target)
        steps = target.evaluate(
            "(list, label) => [...list.options].findIndex(one => one.label.trim() === label) - list.selectedIndex",
            label,
        )
        page.keyboard.press("Alt+ArrowDown")
        for _ in range(abs(steps)):
            page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        page.keyboard.press("Enter")

    def mark(self, page: Page, target: Locator) -> None:
        """Reach the group by Tab, the button in it by the arrows, and mark it by Space."""
        if target.is_checked():
            return
        if target.get_attribute("type") == "radio":
            group = page.locator(f"input[name='{target.get_attribute('name')}']")
            self._go(page, group)
            for _ in range(group.count()):
                if _has_focus(target):
                    break
                page.keyboard.press("ArrowDown")
        else:
            self._go(page, target)
        if not target.is_checked():
            page.keyboard.press("Space")
        expect(target).to_be_checked()

    def attach(self, page: Page, target: Locator, file: Path) -> None:
        """Open the system's dialog with Enter.

        The browser may get the key before it knows that the dialog is to be handed over; then it is pressed again.
        """
        self._go(page, target)
        for last in (False, False, True):
            try:
                with page.expect_file_chooser(timeout=6_000) as chooser:
                    page.keyboard.press("Enter")
            except Error:
                if last:
                    raise
            else:
                chooser.value.set_files(file)
                return

    def _go(self, page: Page, target: Locator) -> None:
        """Press Tab until the target, or one of a group, has the focus; every stop on the way shows itself."""
        expect(target.first).to_be_attached()
        for _ in range(_MAX_STOPS):
            if _has_focus(target):
                return
            page.keyboard.press("Tab")
            hidden = page.evaluate(_UNSEEN_FOCUS)
            assert hidden is None, f"the focus cannot be seen on {hidden}"
        raise AssertionError(f"{target} cannot be reached with Tab")


def _has_focus(target: Locator) -> bool:
    return bool(target.evaluate_all("nodes => nodes.includes(document.activeElement)"))


# A drawn radio button or checkbox shows the focus on the words' own box.
_UNSEEN_FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return null;
  const shown = (style) =>
    (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  const beside = at.labels?.[0];
  if (shown(getComputedStyle(at)) || (beside && (shown(getComputedStyle(beside)) ||
      shown(getComputedStyle(beside, '::before'))))) return null;
  return `${at.tagName}#${at.id} ${at.className} ${at.textContent.trim().slice(0, 40)}`;
}"""
