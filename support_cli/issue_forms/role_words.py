"""Words by which questions of foreign forms are recognised, in English, Russian, Ukrainian and Polish.

``role_words_more`` has further languages. ``CONCEPTS`` gives each idea its words; one that ends in ``*`` stands for
all words that begin with it, and ``ё`` is written ``е``. ``RULES`` say which ideas together make a role, one rule a
line::

    role  weight  kinds  ideas that must all be there  [- ideas that must not]  [< most words]

The weight says how sure it is; the surer rule wins. ``ELSEWHERE`` are ideas of a label that speak against what the id
of its question says. Words in ``IGNORED`` do not count.
"""

IGNORED = """
a an the of to for in on with and or you your yours we our us i me my it this that these is are was were be been do
does did please provide enter include add any some if as by from at s t re m have has had can could would should
и или в во на с со для к ко по о об от вы ваш ваша ваше ваши мы нам это пожалуйста укажите введите
і й та або у з із зі до про від ви ваші ми нам це будь ласка вкажіть введіть
oraz lub w we z ze dla od po pan pani twój twoja twoje proszę podaj się
"""

CONCEPTS = {
    "trouble": "bug bugs issue issues problem problems error errors crash failure баг* ошибк* проблем* сбо* помилк*"
    " збо* problem* błęd* błąd usterk*",
    "trouble_alone": "problem issue bug проблема ошибка помилка błąd",
    "describe": "describe description explain report опиш* описание описания подробн* опис опису opis opisz",
    "description": "description описание опис opis подробности",
    "details": "details деталі детали szczegóły",
    "wish": "feature request idea enhancement suggestion project tool proposal improvement",
    "expect": "expected expect expectation expectations expects desired ожида* очіку* oczekiwa* spodziewa*",
    "unexpected": "unexpected неожидан* неочікуван* nieoczekiwan*",
    "actual": "actual actually current observed received фактическ* текущее фактичн* поточн* rzeczywist* faktyczn*"
    " obecn* aktualn*",
    "behaviour": "behavior behaviour behaviors behaviours result results output outcome happen happening поведение"
    " результат* происходит поведінка відбувається zachowanie wynik* rezultat*",
    "what": "what что що co",
    "how": "how как як jak",
    "happened": "happened happend wrong occurred произошло случилось сталося трапилося stało",
    "saw": "happened happens happening see saw happen",
    "instead": "actually instead",
    "when": "when",
    "should": "should должно має повинно powinno",
    "come_true": "happen произойти статися stać быть бути",
    "results": "results",
    "received": "received got observed",
    "summary": "summary summarize subject headline тема заголовок temat tytuł резюме podsumowanie",
    "short": "краткое кратко короткий коротко стислий krótki short brief",
    "steps": "steps step шаг* крок* krok*",
    "reproduce": "reproduce reproducing reproduction repro воспроиз* відтвор* odtworz* reprodukc*",
    "link": "link url gist repository repo ссылк* посиланн* link*",
    "sample": "example code minimal sample video workflow",
    "media": "video* screenshot* screencast* recording* gif picture* скриншот* скріншот* видео відео zrzut* wideo",
    "frequency": "regression frequency often always consistently reproducible",
    "doing": "doing trying",
    "other_steps": "workaround troubleshooting fix next done",
    "system": "environment окружение окружения среда середовище оточення środowisko środowiska",
    "system_word": "environment system система system",
    "data": "data info information details",
    "operating": "operating операционная операційна operacyjny",
    "systems": "system systems система",
    "platform": "os platform ос платформа platforma",
    "window": "desktop window variables",
    "python": "python py node java installer",
    "more": "additional other affected need дополнительн* додатков* dodatkow*",
    "linux": "linux",
    "version": "version versions версия версию версии версія версію wersja wersji wersję",
    "runtime": "os operating system python java jdk node nodejs npm rust ruby php go golang browser kernel firmware"
    " adapter fwversion windows macos linux android ios device database docker kubernetes compiler interpreter"
    " framework net dotnet provider target client server py image ide package операционной операційної системы системи"
    " systemu браузер* przeglądark* ос прошив*",
    "not_now": "previous last working worked desired old older known not present commit build dependencies",
    "error": "error errors ошибки ошибке ошибка помилки помилку помилка błędu błędzie błąd",
    "message": "message messages text output log logs details текст сообщение повідомлення komunikat treść",
    "trace": "stack stacktrace traceback backtrace exception",
    "log": "log logs logfile лог логи журнал журналы журнали logi dziennik",
    "debug": "debug verbose console",
    "other_log": "wait client how conversation chat session commit",
    "number": "number id no номер numer nr",
    "tried": "tried try attempted пробовали пытались пробували намагалися próbowa* sprawdzon*",
    "troubleshooting": "troubleshooting",
    "wanted": "desired proposed желаемое предлагаемое бажане запропоноване pożądane proponowane",
    "solution": "solution outcome решение рішення rozwiązanie",
    "like": "like want",
    "alternatives": "alternatives alternative",
    "severity": "severity priority impact urgency серьезность критичность приоритет срочность серйозність критичність"
    " пріоритет терміновість priorytet krytyczność ważność pilność",
    "email": "email mail почта почты пошта пошти",
    "phone": "phone telephone телефон телефона телефону telefon telefonu",
    "thing": "provider client server notification* model brand модел* file tool component package user port console",
    "person": "name имя імя imię nazwisko фио піб",
    "whole": "full last contact фамилия прізвище nazwisko фио піб имя імя imię",
    "account": "account customer лицевого лицевой договора особовий особового договору klienta konta umowy",
    "count": "счет счета рахунок рахунку",
    "order": "order заказа замовлення zamówienia",
    "serial": "serial серийный серійний seryjny",
    "preferred": "preferred удобный зручний preferowany",
    "contact": "contact reach touch связаться звязатися skontaktować",
    "agree": "agree accept consent conduct terms согла* кодекс* услови* погодж* згод* умов* zgadzam zgod* akceptuj*"
    " regulamin*",
}

ELSEWHERE = frozenset(["media", "frequency", "link", "contact", "account", "more"])

RULES = """
details    9 area   describe trouble - expect system steps short details
details    8 area   description - sample < 2
details    8 area   details < 1
details    8 area   details trouble - system error more contact < 3
details    7 area   what happened - expect instead when
details    7 area   what happened expect
details    6 area   expect actual behaviour
details    6 area   describe wish - more
details    6 area   trouble_alone < 1
details    5 area   summary < 3
details    5 area   short describe < 5
summary    9 line   summary - email < 3
summary    8 line   short describe < 6
summary    4 area   summary < 4
summary    4 area   short describe < 5
expected   9 area   expect - actual unexpected happened
expected   8 area   should come_true
actual     9 area   actual behaviour - expect
actual     9 area   what instead saw - expect
actual     8 area   results received - expect
actual     6 area   what happened - expect
actual     6 area   actual - expect < 3
steps      9 area   steps reproduce - link
steps      8 area   how reproduce - link frequency media
steps      7 area   reproduce - link sample frequency media < 5
steps      6 area   steps - other_steps media < 3
steps      3 area   what doing - expect saw like < 5
environment 9 text  system - more window python < 8
environment 8 area  system_word data - more < 5
environment 6 any   operating systems - version more < 6
environment 5 any   platform - version more linux < 5
version    9 choice version - runtime not_now < 1
version    8 choice version - runtime not_now link frequency more < 7
version    7 area   version - runtime not_now link frequency more < 9
error      9 text   error message - number expect describe
error      8 area   trace < 4
error      7 area   log - other_log < 9
error      6 area   debug message < 4
tried      9 text   what tried - doing
tried      8 text   troubleshooting < 5
outcome    9 area   wanted solution < 5
outcome    9 area   describe solution like - alternatives
severity   9 choice severity - version frequency < 4
email      9 line   email - thing < 4
phone      9 line   phone - thing version < 4
name       9 line   person whole - thing < 4
account    9 line   account number < 4
account    9 line   account count < 4
order      9 line   order number < 4
serial     9 line   serial - thing < 4
preferred_contact 8 choice how contact < 7
preferred_contact 8 choice preferred contact < 7
consent    9 boxes  agree - steps < 6
"""
