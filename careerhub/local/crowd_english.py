"""The English tongue of the crowd: names from everywhere, joined so that nobody is called like that."""

from __future__ import annotations

from careerhub.local.crowd_trades import TRADES
from careerhub.local.crowd_words import Tongue, repeat, split_pairs, split_words

ENGLISH = Tongue(
    lang="en",
    given=repeat(
        "Alma|Anouk|Arvid|Beatriz|Benedek|Bronagh|Caspian|Chidera|Clementine|Dagny|Darragh|Eilidh|Elio|Emeka|Esme|Farah|"
        "Fenna|Florian|Gideon|Greta|Hamish|Hedda|Ida|Imogen|Inés|Isak|Ivana|Jabari|Jolanda|Joris|Kaia|Kamala|Kofi|Leif|"
        "Leocadia|Lior|Ludvig|Maëlle|Magnus|Mei|Merel|Milo|Nadia|Niamh|Nuria|Odile|Olamide|Orla|Oskar|Petra|Priya|"
        "Quentin|Rafaela|Rasmus|Rhiannon|Saoirse|Selim|Sigrid|Søren|Tadeo|Tamsin|Thandiwe|Tove|Umar|Valeria|Viggo|"
        "Wanjiru|Wendel|Xanthe|Yara|Ysolde|Zeno|Zofia"
    ),
    surnames=repeat(
        "Achtermeer|Alderwick|Amberly|Appelgard|Ashgrove|Bairnsfeld|Barrowmoor|Bellforth|Birkenstad|Bramblewood|"
        "Brightwater|Calderstone|Castelmoro|Clearwater-Obi|Copperfern|Cresthill|Dalgarven|Dimmerling|Dovecroft|"
        "Dunmorrow|Eastermann|Elderfield|Emberton|Fairnaught|Farrowgate|Fenwhistle|Ferngate|Fjordvang|Foxmantle|"
        "Gallowmere|Glenharrow|Goldsparrow|Greywether|Halvergate|Harrowell|Hawksmead|Heathersby|Hollowmark|Ironside-Mwangi|"
        "Ivermoor|Juniperez|Kestrelman|Kingfarrow|Lachlanson|Larkenvale|Lindenau-Sato|Lockmarsh|Marrowby|Meadowlark|"
        "Millerand-Okoro|Moonraker|Mosswood|Nettlefold-Rao|Nightingall|Norrgren-Diaz|Oakenshaw|Ottermole|Pennywhistle|"
        "Pinkerfeld|Quillmore|Ravenstone|Redfernley|Rooksby|Saltmarsh|Sandoval-Frost|Silverlock|Skylarsen|Stormgard|"
        "Swanmere|Thistleton|Thornquist|Umberfield|Valleypond|Vandermeadow|Wetherfell|Whinfell|Wildgoose|Windermeer|"
        "Winterbourne-Ng|Woodsorrel|Yarrowby|Zephyrsen"
    ),
    cities=split_pairs(
        "Bristol, United Kingdom=GB|Leeds, United Kingdom=GB|Glasgow, United Kingdom=GB|Cork, Ireland=IE|Galway, Ireland=IE|"
        "Utrecht, Netherlands=NL|Ghent, Belgium=BE|Aarhus, Denmark=DK|Malmö, Sweden=SE|Bergen, Norway=NO|Tampere, Finland=FI|"
        "Tartu, Estonia=EE|Porto, Portugal=PT|Bologna, Italy=IT|Graz, Austria=AT|Basel, Switzerland=CH|Toronto, Canada=CA|"
        "Halifax, Canada=CA|Portland, Oregon=US|Madison, Wisconsin=US|Austin, Texas=US|Melbourne, Australia=AU|"
        "Hobart, Australia=AU|Wellington, New Zealand=NZ|Cape Town, South Africa=ZA|Accra, Ghana=GH|Nairobi, Kenya=KE|"
        "Singapore=SG|Pune, India=IN|Manila, Philippines=PH"
    ),
    makers=split_words(
        "Amberquay|Ashlark|Barleymoor|Beaconfold|Birchhollow|Bluewether|Bramblegate|Brookhaven-Lyle|Candlewick|Cinderford|"
        "Cloudberry|Cobblestone|Cormorant|Crabtree|Dapplegrey|Driftwood|Duskwater|Eiderdown|Emberlight|Fallowfield|"
        "Feathergate|Fiddlehead|Finchley-Moor|Fogbank|Foxglove|Gingerbread|Goosefoot|Halfpenny|Hazelmere|Highgarth|Hobnail|"
        "Hollyhock|Inkwell|Ironbark|Juniper Row|Kettleby|Kingfisher|Lanternfold|Larchmoor|Lighthouse Lane|Lodestar|"
        "Marigold|Millrace|Moorhen|Mosslight|Nettlebed|Northlight|Oatfield|Oldharbour|Osprey|Paperbark|Partridge|Pebblebrook|"
        "Plumstone|Quarrybrook|Quickthorn|Ravelin|Ropewalk|Rushlight|Saltbox|Sandpiper|Seven Elms|Skerry|Slatehill|"
        "Sparrowhawk|Stillwater|Tallow|Thistlegate|Thrushcross|Tidepool|Tinderbox|Tumbleweed|Turnstone|Umberland|"
        "Verdigris|Wagtail|Waxwing|Whitethorn|Willowherb|Windfall|Wrenfield|Yellowhammer"
    ),
    schools=split_words(
        "University of Westermoor|Lakeland Institute of Technology|Fernwick University|Royal College of Eastmarch|"
        "North Harbour Polytechnic|University of Saint Brannoc|Green Valley State College|Open University of the Isles|"
        "Marchfield College|Technical University of Ravenholm"
    ),
    degrees=split_words("Certificate|Diploma|BA|BSc|MEng|MA|MSc"),
    boards=split_words(
        "Institute of Good Practice|Guild of Professional Standards|Continental Board of Certification|"
        "Society for Lifelong Learning|Chamber of Trades and Crafts"
    ),
    languages=split_pairs(
        "French=fr|German=de|Spanish=es|Italian=it|Portuguese=pt|Dutch=nl|Swedish=sv|Polish=pl|Arabic=ar|Hindi=hi|Swahili=sw|"
        "Japanese=ja|Mandarin=zh"
    ),
    mother_tongue="English",
    working_language="Professional",
    headline="{title}: {focus}",
    summaries=(
        (
            "{years} years in the trade, most of them around **{focus}**. I like clear agreements, short meetings and work "
            "that still makes sense a year later.\n\nWhat colleagues ask me for:\n\n- {skill}\n- {other_skill}\n- a second "
            "opinion, honestly given"
        ),
        (
            "I came to {focus} by accident and stayed on purpose. After {years} years I care most about {skill_low}, and "
            "about leaving things better documented than I found them."
        ),
        (
            "{title} with {years} years of experience in {focus}. Known for *{skill_low}* and for finishing what others "
            "started.\n\nI work best in small teams that talk to the people they serve."
        ),
        (
            "My work is {focus}; my tools are {skill_low}, {other_skill_low} and patience. {years} years in, I still write "
            "things down on paper first."
        ),
    ),
    results=(
        "Finished {half} weeks early",
        "Still in use every day",
        "Costs down by {pct} %",
        "Copied by {half} other teams",
        "Rated {pct} points better by the people who use it",
        "Presented to colleagues in {half} countries",
    ),
    clients=split_words(
        "Obelisk Harrington|Vantablack Mutual|Corvane Industries|Palisander Trust|Quorndon Estates|Tessellate Pharma|"
        "Halcyon Vesper|Marchbanks Sovereign|Zirconia Retail|Perihelion Foods"
    ),
    withheld=split_words(
        "A national retailer|An international bank|A public authority|A pharmaceutical company|A family business|"
        "A listed manufacturer|An insurance group"
    ),
    interests=split_words(
        "Bell ringing|Birdwatching|Bookbinding|Brass band|Chess|Choir|Climbing|Crosswords|Fell running|Gardening|Knitting|"
        "Local history|Old maps|Open-water swimming|Pottery|Radio plays|Sailing|Sourdough|Woodwork"
    ),
    trades=TRADES,
)
