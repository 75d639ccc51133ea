"""Texts written for the tests of the reader: a communique, a memorandum, a news report and a statement."""

COMMUNIQUE = """JOINT COMMUNIQUE
on the outcome of the official visit of the President of the Republic of Uzbekistan to Georgia

President of Georgia Nino Beridze and President of Uzbekistan Rustam Karimov held a meeting in Tbilisi on 14 March 2019.

The Parties noted with satisfaction the growth of trade and welcomed the opening of a direct flight.

Following the talks, the Parties agreed to:
- increase the capacity of the Baku-Tbilisi-Kars railway to 5 million tonnes by 2025;
- reduce the time of border crossing for transit trucks by 30 percent and introduce a single window;
- establish a joint working group on ports and logistics;
- regular consultations between the ministries.

Uzbekistan expressed its readiness to use the ports of Poti and Batumi for exports, and Georgia will apply reduced \
tariffs to Uzbek transit cargo until the end of 2021.

The Presidents hope that trade will double in the coming years. The Georgian side is committed to simplifying visa \
procedures and expanding scholarships for students.

The Parties agreed that a feasibility study should be completed within six months, subject to available funding.

An Agreement on international road transport and a Memorandum of Understanding on customs cooperation were signed.
"""

MEMORANDUM = """MEMORANDUM OF UNDERSTANDING BETWEEN THE GOVERNMENT OF THE REPUBLIC OF KENYA AND THE GOVERNMENT OF \
THE UNITED REPUBLIC OF TANZANIA ON COOPERATION IN RAILWAY TRANSPORT

The Government of the Republic of Kenya and the Government of the United Republic of Tanzania
(hereinafter referred to as the "Parties"), desiring to strengthen the friendly relations between
the two countries, have reached the following understanding:

Article 1. Commitments

1. The Parties shall exchange information on rolling stock and jointly develop
the railway link between Voi and Arusha.

2. Kenya shall provide training for 40 railway engineers each year; Tanzania shall grant access to
the port of Tanga.

3. The Parties intend to harmonise tariffs and to align the Kenya Vision 2030 with the Central
Corridor development plan of Tanzania.

Article 2. Final provisions

This Memorandum does not create any legally binding obligations. It shall enter into force on
the date of signature.

Done at Nairobi on 5 July 2021 in two originals in the English language.
"""

NEWS = """EU and Kazakhstan launch partnership on raw materials

BRUSSELS, 7 November 2022 - The European Union and Kazakhstan signed today a \
Memorandum of Understanding on raw materials.

The partnership will boost the green transition. The EU and Kazakhstan will develop a roadmap within six months. Both \
sides intend to promote synergies between the Global Gateway and Kazakhstan's Digital Kazakhstan programme. Kazakhstan \
plans to invest EUR 2.5 billion in rail by 2030. Russia and China are important transit countries.
"""


SUMMIT = """CHAIRMAN'S STATEMENT

We, the Heads of Government of Vietnam, Laos and Cambodia, gathered in Ha Noi on 31 March 2018 for the Summit.

We agreed on the need to open the East-West Economic Corridor and decided to launch a dialogue on customs.

We will continue to implement strategies, plans and projects and shall report to the next Summit. Viet Nam stands \
ready to share its experience in e-government with Laos and Cambodia.
"""
